/** Paths that a pattern is made from, at most. */
const MOST_PATHS = 5000;
/** A word that has more values than this is no channel. */
const MOST_CHANNELS = 12;

/** A part of a path between separators, with the values that it has in all paths. */
interface Part {
  readonly values: readonly string[];
  /** Whether it is in the name of a file, and not of a folder. */
  readonly inName: boolean;
}

/** A pattern and how many of the names it was made from it fits. */
export interface SuggestedPattern {
  readonly pattern: string;
  readonly fits: number;
}

const separators = /[^\p{L}\p{N}]+/gu;
const wellLike = /^[A-P](?:0?[1-9]|1\d|2[0-4])$/;

/** What a number is by the letters before it. */
const meanings: readonly (readonly [letters: RegExp, group: string])[] = [
  [/^P$/, 'Plate'],
  [/^(?:s|site|f|fld|field|fov|xy|pos|position|point|p|img|image|m|tile)$/i, 'Site'],
  [/^(?:w|c|ch|channel|wave|d)$/i, 'Channel'],
  [/^(?:z|zstep|plane|slice)$/i, 'Z'],
  [/^(?:t|time|timepoint|tp)$/i, 'TimePoint'],
  [/^(?:r|row)$/i, 'Row'],
  [/^(?:col|column)$/i, 'Column'],
  [/^(?:plate|pl|bc|barcode)$/i, 'Plate'],
];

const meaningOf = (letters: string) => meanings.find(([pattern]) => pattern.test(letters))?.[1];

/**
 * A pattern to begin with for images whose names nobody knows, made from these very names: what most of them have in common
 * stays as it is, and what differs becomes a group, called after what it looks like: a well (`B02`), a number behind letters
 * (`f01`, `z3`), a word of a few values (a channel), a folder or the first word of a name (a plate). Undefined where
 * neither a well nor a site is to be seen.
 */
export function suggestPattern(paths: readonly string[]): SuggestedPattern | undefined {
  const some = paths.slice(0, MOST_PATHS);
  const shapes = new Map<string, string[]>();
  for (const path of some) {
    const shape = JSON.stringify(path.match(separators) ?? []);
    shapes.set(shape, [...(shapes.get(shape) ?? []), path]);
  }
  const [alike] = [...shapes.values()].sort((a, b) => b.length - a.length);
  if (alike === undefined) return undefined;
  const gaps = alike[0]!.match(separators) ?? [];
  const words = alike.map((path) => path.split(separators));
  const names = alike[0]!.split(separators).length - 1;
  const folders = alike[0]!.split('/').slice(0, -1).join('/');
  const before = folders === '' ? 0 : folders.split(separators).length;
  const parts = Array.from(
    { length: names },
    (_, i): Part => ({ values: words.map((own) => own[i]!), inName: i >= before }),
  );
  const groups = new Set<string>();
  const pieces = describeParts(parts, { gaps, groups });
  if (!['Well', 'Row', 'Site'].some((name) => groups.has(name))) return undefined;
  const ending = alike[0]!.slice(alike[0]!.lastIndexOf('.'));
  const pattern = `^${pieces.map((piece, i) => piece + (i < names - 1 ? escapeText(gaps[i]!) : '')).join('')}${escapeText(ending)}$`;
  const expression = new RegExp(pattern);
  return { pattern, fits: some.filter((path) => expression.test(path)).length };
}

/** What stands for each part in the pattern; `groups` gathers the names of groups, of which each is given once. */
function describeParts(
  parts: readonly Part[],
  { gaps, groups }: { gaps: readonly string[]; groups: Set<string> },
): string[] {
  const well = wellPart(parts);
  const namesSite = parts.map(({ values }) =>
    (values[0]!.match(/[a-z]+(?=\d)/gi) ?? []).some((word) => meaningOf(word) === 'Site'),
  );
  const siteElsewhere = (own: number) => namesSite.some((names, i) => names && i !== own);
  const pieces = parts.map((part, i) => {
    if (i === well) return group('Well', '[A-P]\\d{1,2}', groups);
    const [first] = part.values;
    // A number that is the same in all names, as of the only site, may differ in those of the next plate.
    const [, letters = ''] = /^([a-z]+)\d+$/.exec(first!) ?? [];
    const mayDiffer = part.inName && meaningOf(letters) !== undefined;
    if (!mayDiffer && part.values.every((value) => value === first)) return escapeText(first!);
    const unknown = siteElsewhere(i) ? (i < (well ?? 0) ? 'Plate' : 'Number') : 'Site';
    return runsOf(part.values, { groups, isWell: well === undefined, unknown });
  });
  // What is left once numbers and wells have their names: words, from the end on, since channels stand there.
  for (let i = parts.length - 1; i >= 0; i--) {
    if (pieces[i] !== undefined) continue;
    const { values, inName } = parts[i]!;
    const isNumber = inName && values.every((value) => /^\d+$/.test(value));
    const any = isNumber ? '\\d+' : `[^${escapeSet(`/${gaps[i] ?? ''}${gaps[i - 1] ?? ''}`)}]+`;
    const few = new Set(values).size <= MOST_CHANNELS;
    if (isNumber) pieces[i] = group(groups.has('Site') ? 'Number' : 'Site', any, groups);
    else if (inName && few && !groups.has('Channel')) pieces[i] = group('Channel', any, groups);
    else pieces[i] = group(groups.has('Plate') ? 'Text' : 'Plate', any, groups);
  }
  return pieces as string[];
}

/** The part that names the well: of those that look so the one with most rows, and most values. */
function wellPart(parts: readonly Part[]): number | undefined {
  const likely = parts.flatMap(({ values }, i) => {
    if (!values.every((value) => wellLike.test(value))) return [];
    return [{ i, rows: new Set(values.map((value) => value[0])).size, wells: new Set(values).size }];
  });
  return likely.sort((a, b) => b.rows - a.rows || b.wells - a.wells)[0]?.i;
}

/**
 * A part of letters and digits in turn, such as `s1` or `A01f03d2`; undefined where its values are not built alike. A number
 * behind letters that say nothing is called `unknown`.
 */
function runsOf(
  values: readonly string[],
  { groups, isWell, unknown }: { groups: Set<string>; isWell: boolean; unknown: string },
): string | undefined {
  const runs = values.map((value) => value.match(/\d+|\D+/g) ?? []);
  const [first = []] = runs;
  const isAlike = runs.every(
    (own) => own.length === first.length && own.every((run, i) => isDigits(run) === isDigits(first[i]!)),
  );
  if (!isAlike || first.length < 2) return undefined;
  const text: string[] = [];
  for (let i = 0; i < first.length; i++) {
    const own = runs.map((run) => run[i]!);
    const pair = runs.map((run) => `${run[i]}${run[i + 1] ?? ''}`);
    if (isWell && !groups.has('Well') && pair.every((word) => wellLike.test(word))) {
      text.push(group('Well', '[A-P]\\d{1,2}', groups));
      i++;
    } else if (!isDigits(own[0]!) && own.every((run) => run === own[0])) text.push(escapeText(own[0]!));
    else if (isDigits(own[0]!)) {
      const letters = first[i - 1] ?? '';
      // Behind `r02`, `c03` is a column.
      const isColumn = letters === 'c' && first[i - 3] === 'r';
      const known = isColumn ? 'Column' : meaningOf(letters);
      const isSame = own.every((run) => run === own[0]);
      if (isSame && known === undefined) text.push(escapeText(own[0]!));
      else text.push(group(known ?? (groups.has(unknown) ? 'Number' : unknown), '\\d+', groups));
    } else return undefined;
  }
  return text.join('');
}

const isDigits = (run: string) => /^\d/.test(run);

/** A named group; where the name is taken, the next with a number. */
function group(name: string, content: string, groups: Set<string>): string {
  let own = name;
  for (let i = 2; groups.has(own); i++) own = `${name}${i}`;
  groups.add(own);
  return `(?<${own}>${content})`;
}

function escapeText(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, (sign) => (sign === '/' ? '/' : `\\${sign}`));
}

function escapeSet(signs: string): string {
  return [...new Set(signs)].map((sign) => (/[\\\]^-]/.test(sign) ? `\\${sign}` : sign)).join('');
}
