import { isMilscopeError, MilscopeError, named } from '../../../errors.ts';
import { basename, dirname } from '../../../files/paths.ts';
import { readImageHeader } from '../../../image/header.ts';
import type { ScreenAccess } from '../../../screen/access.ts';
import type { Field, Screen } from '../../../screen/screen.ts';
import { coloursOfScreen } from '../../shared/colours-of-screen.ts';
import { analystColours } from './analyst-colours.ts';

/** One file of every field, as CellProfiler Analyst shows it. */
export interface ChannelFile {
  /** Name of the channel; of an RGB image, without `:0` and so on. */
  readonly name: string;
  /** Names of colours, one for each channel of the file. */
  readonly colors: readonly string[];
  /** Which of a field's sources it is. */
  readonly source: number;
}

/**
 * The files of each field in the order of the channels. CellProfiler Analyst shows files of one plane, and RGB.
 *
 * @throws BadImage for a screen with other files, such as stacks, or without one that can be read
 */
export async function channelFiles(screen: Screen, access: ScreenAccess): Promise<readonly ChannelFile[]> {
  const sizes = await planesOfFirst(screen.fields, access);
  if (sizes === undefined) throw cannotShow(screen, 'none that is a TIFF or PNG');
  const files: Omit<ChannelFile, 'colors'>[] = [];
  const counts: number[] = [];
  const seen = new Set<string>();
  for (const [source, { planes, file }] of sizes.entries()) {
    // Of a colour image perhaps only some colours are channels, in any order.
    if (seen.has(file)) continue;
    seen.add(file);
    const name = screen.channels[source]!;
    files.push({ name: planes > 1 ? name.replace(/:\d+$/, '') : name, source });
    counts.push(planes);
  }
  const colours = await coloursOfScreen(screen, access);
  const single = analystColours(files.flatMap(({ source }, i) => (counts[i] === 1 ? [colours[source]!] : [])));
  let next = 0;
  return files.map((file, i) => ({ ...file, colors: counts[i] === 1 ? [single[next++]!] : RGB }));
}

/** Where the file of a channel is, as CellProfiler has it in two columns. */
export function placeOf({ sources }: Field, { source }: ChannelFile): { readonly path: string; readonly file: string } {
  const { file } = sources[source]!;
  return { path: dirname(file), file: basename(file) };
}

const RGB = ['red', 'green', 'blue'] as const;

interface SourceFile {
  readonly file: string;
  readonly planes: number;
}

/** The planes of the files of the first field whose files can all be read. @throws BadImage for a stack */
async function planesOfFirst(
  fields: readonly Field[],
  access: ScreenAccess,
): Promise<readonly SourceFile[] | undefined> {
  for (const field of fields) {
    const planes = await planesOfFiles(field, access);
    if (planes !== undefined) return planes;
  }
  return undefined;
}

/** For every source how many planes its file has; nothing where a file cannot be read. @throws BadImage for a stack */
async function planesOfFiles({ sources }: Field, access: ScreenAccess): Promise<readonly SourceFile[] | undefined> {
  const planes: SourceFile[] = [];
  for (const { file } of sources) {
    const header = await headerOf(file, access);
    if (header === undefined) return undefined;
    const { channels, samples } = header;
    if (channels > 1 && !(channels === 3 && samples === 3)) throw cannotShow({ source: file }, `${channels} pages`);
    planes.push({ file, planes: channels });
  }
  return planes;
}

async function headerOf(file: string, access: ScreenAccess) {
  try {
    return await readImageHeader(file, {}, access);
  } catch (error) {
    if (isMilscopeError(error)) return undefined;
    throw error;
  }
}

function cannotShow({ source }: Pick<Screen, 'source'>, found: string): MilscopeError {
  return new MilscopeError('BadImage', {
    file: source,
    option: 'cpa',
    problem: 'CellProfiler Analyst cannot show such images',
    found,
    expected: 'files of one plane, or RGB, as TIFF or PNG',
    remedy: `leave ${named('cpa')} out`,
  });
}
