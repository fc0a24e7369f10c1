import { MilscopeError } from '../../errors.ts';
import type { Groups, ScreenAccess } from '../access.ts';
import { normalWell, wellName } from '../well.ts';
import type { NamedPlane } from './naming.ts';

/** How long the paths of a screen may take to be compared with a pattern, in milliseconds. */
const PATIENCE = 20_000;

/** What groups are for, by their names in lower case without underscores. */
const purposes: Readonly<Record<string, 'plate' | 'well' | 'row' | 'column' | 'site' | 'channel' | 'depth'>> = {
  ...{ plate: 'plate', well: 'well', row: 'row', wellrow: 'row' },
  ...{ column: 'column', col: 'column', wellcolumn: 'column', wellcol: 'column' },
  ...{ site: 'site', field: 'site', channel: 'channel', channelnumber: 'channel' },
  ...{ z: 'depth', zstep: 'depth', zslice: 'depth', zplane: 'depth', zindex: 'depth', zstack: 'depth' },
  ...{ plane: 'depth', slice: 'depth', depth: 'depth' },
};

/** A plane, and what its path calls its place in a stack. */
interface PatternPlane extends NamedPlane {
  readonly depthText: string;
}

const natural = new Intl.Collator('en', { numeric: true });

/** The channel where a pattern tells none. */
const ONLY_CHANNEL = 'Image';

/**
 * Reads paths with a regular expression that has named groups, written as Python does (`(?P<Well>…)`) or JavaScript
 * (`(?<Well>…)`). It is looked for anywhere in the path from the folder on, with `/`. Groups `Plate`, `Well` (or `Row` and
 * `Column`), `Site` or `Field`, and `Channel` or `ChannelNumber` become what their names say; `Z`, `ZStep`, `Plane` or
 * `Slice` is the plane of a stack, a file without one being a projection of it; every other group becomes a column
 * `Metadata_<group>`, and fields differ in it. A file that does not match is not in the answer.
 *
 * @param patience milliseconds that all of it may take: there are patterns for which a single path takes years
 * @throws BadOption for a pattern that is no regular expression, names no group, or takes too long.
 */
export async function readPattern(
  pattern: string,
  paths: readonly string[],
  { patience = PATIENCE }: { patience?: number },
  { matchAll }: Pick<ScreenAccess, 'matchAll'>,
): Promise<readonly NamedPlane[]> {
  const { source, flags } = asJavaScript(pattern);
  const names = groupNames(source, { flags, pattern });
  const found = await matchAll({ source, flags }, paths, { patience });
  if (found === undefined) throw tooSlow(pattern, { paths, patience });
  const planes = found.flatMap((groups, i) => (groups === null ? [] : [namePlane(paths[i]!, groups, names)]));
  return withDepths(planes);
}

/** The same expression with JavaScript's names for what Python calls otherwise. */
function asJavaScript(pattern: string): { source: string; flags: string } {
  const isInsensitive = pattern.startsWith('(?i)');
  const source = pattern
    .replace(/^\(\?i\)/, '')
    .replaceAll('(?P<', '(?<')
    .replaceAll(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replaceAll('\\A', '^')
    .replaceAll('\\Z', '$');
  return { source, flags: isInsensitive ? 'i' : '' };
}

function groupNames(source: string, { flags, pattern }: { flags: string; pattern: string }): readonly string[] {
  const refuse = (problem: string, found: string, cause?: unknown) =>
    new MilscopeError('BadOption', {
      option: `pattern ${pattern}`,
      problem,
      found,
      expected: 'such as (?<Plate>[^/]+)/(?<Well>[A-P]\\d\\d)_(?<Site>\\d+)_(?<Channel>\\w+)\\.tif',
      cause,
    });
  let groups: Readonly<Record<string, string>> | undefined;
  try {
    // With an empty alternative it matches anything, and gives the names of its groups.
    groups = new RegExp(`${source}|`, flags).exec('')?.groups;
  } catch (cause) {
    throw refuse('this is no regular expression', (cause as Error).message, cause);
  }
  if (groups === undefined) throw refuse('the pattern says nothing of a field', 'no named group');
  return Object.keys(groups);
}

function tooSlow(pattern: string, { paths, patience }: { paths: readonly string[]; patience: number }): MilscopeError {
  return new MilscopeError('BadOption', {
    option: `pattern ${pattern}`,
    problem: `after ${patience / 1000} s the pattern has not been compared with ${paths.length} paths`,
    found: paths[0],
    remedy: 'avoid a repetition within a repetition, as in (\\w+)+, of which there are too many ways to match',
  });
}

/** The planes of stacks in the order of their numbers, or of their names where these are no numbers. */
function withDepths(planes: readonly PatternPlane[]): NamedPlane[] {
  const texts = [...new Set(planes.map(({ depthText }) => depthText))].filter((text) => text !== '');
  const areNumbers = texts.every((text) => Number.isFinite(Number(text)));
  const compare = areNumbers ? (a: string, b: string) => Number(a) - Number(b) : natural.compare;
  const order = new Map(texts.sort(compare).map((text, i) => [text, i]));
  return planes.map(({ depthText, ...plane }) => ({ ...plane, depth: order.get(depthText) }));
}

function namePlane(path: string, groups: Groups, names: readonly string[]): PatternPlane {
  const parts: Partial<Record<(typeof purposes)[string], string>> = {};
  const others: [string, string][] = [];
  for (const name of names) {
    const text = groups[name] ?? '';
    const purpose = purposes[name.toLowerCase().replaceAll('_', '')];
    if (purpose === undefined || parts[purpose] !== undefined) others.push([`Metadata_${name}`, text]);
    else parts[purpose] = text;
  }
  const { plate, row, column, site, channel = ONLY_CHANNEL, depth: depthText = '' } = parts;
  const placed = row !== undefined && column !== undefined ? wellName(row, column) : undefined;
  const well = parts.well === undefined ? placed : normalWell(parts.well);
  const single = placed === undefined ? { Metadata_Row: row, Metadata_Column: column } : {};
  const known = { Metadata_Plate: plate, Metadata_Well: well, ...single, Metadata_Site: site };
  const metadata = Object.fromEntries([
    ...Object.entries(known).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ...others,
  ]);
  return { path, metadata, channel: channel || ONLY_CHANNEL, rank: '', depthText };
}
