import { MilscopeError, named } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import { resolve } from '../../files/paths.ts';
import { PROJECTIONS } from '../../pixels/projection.ts';
import { agreeing, counted } from '../../words.ts';
import type { ScreenAccess } from '../access.ts';
import { assembleScreen } from '../assemble-screen.ts';
import type { Screen } from '../screen.ts';
import type { ScreenOptions } from '../screen-options.ts';
import { chooseNaming, isImageName } from './choose-naming.ts';
import { divideSeries } from './divide-series.ts';
import { type GroupedFields, groupFields } from './group-fields.ts';
import { listFiles } from './list-files.ts';
import type { ImageFolder, NamedPlane } from './naming.ts';
import { readPattern } from './pattern.ts';
import { needlessFormat } from './plate-format.ts';
import { patternAdvice } from './suggestion/pattern-advice.ts';
import { foreignFiles } from './unknown-folder.ts';

/**
 * Reads a folder of images, and the folders in it, by the names that a microscope gave them (`namings.ts`), or by a pattern
 * of one's own. Each field has its `Metadata_Plate`,
 * `Metadata_Well` and `Metadata_Site`, and `Metadata_TimePoint` where there are several; fields are numbered in that order.
 * A field without an image of one of the channels costs only itself, see `assembleScreen`. A stack is projected, each
 * series of an OME-TIFF is a field, and notes say so, and how many images have other names.
 *
 * @throws BadTable when the names are not understood, or are those of several microscopes; DuplicateField when two files
 *   are the same plane; BadOption for a pattern that cannot be used or matches nothing.
 */
export async function readMicroscopeFolder(
  source: string,
  { pattern, level, plateFormat, projection, pages }: ScreenOptions,
  access: ScreenAccess,
): Promise<Screen> {
  const at = { folder: resolve(source), files: await listFiles(source, access.files), plateFormat };
  const { planes, notes, layout } =
    pattern === undefined ? await readNames(at, access.files) : await readWithPattern(at, { source, pattern }, access);
  const grouped = groupFields(planes, { ...at, projection });
  const { columns, fields, images, areDivided } = await divideSeries(grouped, { level, pages }, access);
  const numbered = fields.map((field, i) => ({ imageNumber: i + 1, row: i + 1, ...field }));
  const options = { source, level, projection, pages, seriesAreFields: areDivided };
  const assembled = await assembleScreen(images, numbered, options, access);
  return {
    source,
    layout,
    columns,
    ...assembled,
    notes: [...notes, ...passedOver(grouped, { planes: planes.length, projection }), ...assembled.notes],
  };
}

/** What to say of planes that are not read. */
function passedOver(
  { passedOver: count }: Pick<GroupedFields, 'passedOver'>,
  { planes, projection }: { planes: number; projection: ScreenOptions['projection'] },
): string[] {
  if (count === 0) return [];
  const passed = `${count} of ${planes} images are`;
  if (projection === 'mean') {
    return [
      `${passed} the microscope's own projections and are passed over; ${named('projection')} maximum reads these`,
    ];
  }
  const read = projection === 'none' ? 'the lowest plane' : "the microscope's own projection";
  const others = PROJECTIONS.filter((other) => other !== (projection ?? 'maximum')).join(' or ');
  return [
    `${passed} other planes of the same fields and are passed over: ${read} of a stack is read; ${named('projection')} chooses ${others}`,
  ];
}

interface NamedPlanes {
  readonly planes: readonly NamedPlane[];
  readonly notes: readonly string[];
  /** Who named the images. */
  readonly layout: string;
}

async function readNames(at: ImageFolder, files: Files): Promise<NamedPlanes> {
  const { naming, planes, unknown } = chooseNaming(at);
  if (at.plateFormat !== undefined && !naming.numbersWells) throw needlessFormat(at.folder, at.plateFormat);
  const completed = (await naming.complete?.(planes, at, files)) ?? planes;
  const told = 'planes' in completed ? completed : { planes: completed, notes: [] };
  const note = `${counted(unknown.length, 'image')} ${agreeing(unknown.length, 'is not named as those', 'are not named as those')} of ${naming.name} and ${agreeing(unknown.length, 'is', 'are')} passed over, such as ${unknown[0]}`;
  return {
    planes: told.planes,
    layout: `images named by ${naming.name}`,
    notes: [...told.notes, ...(unknown.length > 0 ? [note] : []), ...foreignNotes(at.files)],
  };
}

/** What is said of files that milscope does not read and passes over. */
function foreignNotes(paths: readonly string[]): string[] {
  return foreignFiles(paths).map(([{ what, plural }, files]) => {
    const [first = '', ...others] = files;
    if (others.length === 0) return `${first} is ${what}, which milscope does not read, and is passed over`;
    return `${files.length} ${plural} are passed over, which milscope does not read, such as ${first}`;
  });
}

async function readWithPattern(
  { files }: ImageFolder,
  { source, pattern }: { source: string; pattern: string },
  access: ScreenAccess,
): Promise<NamedPlanes> {
  const planes = await readPattern(pattern, files, {}, access);
  const known = new Set(planes.map(({ path }) => path));
  const unknown = files.filter((path) => isImageName(path) && !known.has(path));
  if (planes.length === 0) {
    throw new MilscopeError('BadOption', {
      file: source,
      option: `pattern ${pattern}`,
      problem: 'no file of the folder matches the pattern',
      found: (unknown.length > 0 ? unknown : files).slice(0, 3).join(', ') || 'an empty folder',
      remedy: `write a pattern that matches paths within the folder, with / between folders${unknown.length > 0 ? patternAdvice(unknown) : ''}`,
    });
  }
  const note = `${counted(unknown.length, 'image')} ${agreeing(unknown.length, 'does not match the pattern and is', 'do not match the pattern and are')} passed over, such as ${unknown[0]}`;
  const others = foreignNotes(files.filter((path) => !known.has(path)));
  return {
    planes,
    layout: 'images named as the pattern says',
    notes: [...(unknown.length > 0 ? [note] : []), ...others],
  };
}
