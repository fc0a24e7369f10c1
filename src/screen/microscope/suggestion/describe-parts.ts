import { areWells, meaningOf, wellPattern } from './meanings.ts';

/** A word that has more values than this is no channel. */
const MOST_CHANNELS = 12;

/** A part of a path between separators, with the values that it has in all paths. */
export interface Part {
  readonly values: readonly string[];
  /** Whether it is in the name of a file, and not of a folder. */
  readonly inName: boolean;
}

/** What is known while parts get their names. */
interface Naming {
  /** The groups that there are, with what stands in them; each name is given once. */
  readonly groups: Map<string, string>;
  /** The part that is the well, where there is one. */
  readonly well: number | undefined;
  /** What some run of digits is by its letters, and is not the same in all paths. */
  readonly varying: ReadonlySet<string>;
  /** Whether some number is a site by its letters, the same in all paths or not. */
  readonly hasSite: boolean;
}

/** What stands for each part in the pattern, and the groups in it. */
export function describeParts(
  parts: readonly Part[],
  gaps: readonly string[],
): { readonly pieces: readonly string[]; readonly groups: ReadonlyMap<string, string> } {
  const well = wellPart(parts);
  const groups = new Map<string, string>();
  const varying = varyingMeanings(parts, { gaps, well });
  const hasSite = varying.has('Site') || parts.some((part) => mayDiffer(part) === 'Site');
  const naming = { groups, well, varying, hasSite };
  const known = new Map([
    ...micromanagerPieces(parts, groups),
    ...(well === undefined ? rowAndColumn(parts, groups) : []),
  ]);
  const pieces = parts.map((part, i) => {
    if (known.has(i)) return known.get(i)!;
    if (i === well) return group('Well', wellPattern(part.values), groups);
    const [first] = part.values;
    if (mayDiffer(part) === undefined && part.values.every((value) => value === first)) return escapeText(first!);
    return wavelength(part, gaps[i] ?? '', groups) ?? runsOf(part, { place: i, before: parts[i - 1] }, naming);
  });
  // What is left once numbers and wells have their names: words, from the end on, since channels stand there.
  for (let i = parts.length - 1; i >= 0; i--) {
    if (pieces[i] !== undefined) continue;
    const { values, inName } = parts[i]!;
    const areDigits = values.every((value) => /^\d+$/.test(value));
    const meaning = areDigits ? meaningOfWord(parts, i, gaps[i - 1]) : undefined;
    const isNumber = areDigits && (inName || meaning !== undefined);
    const any = isNumber ? '\\d+' : `[^${escapeSet(`/${gaps[i] ?? ''}${gaps[i - 1] ?? ''}`)}]+`;
    const few = new Set(values).size <= MOST_CHANNELS;
    if (isNumber) pieces[i] = group(meaning ?? unknownNumber(parts[i]!, i, naming), any, groups);
    else if (inName && few && !groups.has('Channel')) pieces[i] = group('Channel', any, groups);
    else pieces[i] = group(groups.has('Plate') ? 'Text' : 'Plate', any, groups);
  }
  return { pieces: pieces as string[], groups };
}

/** The part that names the well: of those that look so the one with most rows, and most values. */
function wellPart(parts: readonly Part[]): number | undefined {
  const likely = parts.flatMap(({ values }, i) => {
    if (!areWells(values)) return [];
    return [{ i, rows: new Set(values.map((value) => value[0])).size, wells: new Set(values).size }];
  });
  return likely.sort((a, b) => b.rows - a.rows || b.wells - a.wells)[0]?.i;
}

/** What a number in a name is that may be the same in all of them, as of the only site, and differ on the next plate. */
function mayDiffer({ values, inName }: Part): string | undefined {
  const [, letters = 'P', digits] = /^([a-z]+|[A-Z]+)(\d+)$/.exec(values[0]!) ?? [];
  return inName && letters !== 'P' ? meaningOf(letters, { digits }) : undefined;
}

/** What a number is that nothing tells of: the site, if there is no other; in a folder or before the well the plate. */
function unknownNumber({ inName }: Part, place: number, { groups, well, varying, hasSite }: Naming): string {
  if ((!inName || place < (well ?? 0)) && hasSite && !groups.has('Plate') && !varying.has('Plate')) return 'Plate';
  return hasSite || groups.has('Site') ? 'Number' : 'Site';
}

/** The names of Micro-Manager, `img_000000000_DAPI_000.tif`: point in time, channel and plane. */
function micromanagerPieces(
  parts: readonly Part[],
  groups: Map<string, string>,
): readonly (readonly [number, string])[] {
  const first = parts.findIndex(({ inName }) => inName);
  const [start, time, , ...rest] = first < 0 ? [] : parts.slice(first);
  const last = rest.at(-1);
  const all = (part: Part | undefined, form: RegExp) => part?.values.every((value) => form.test(value)) ?? false;
  if (!all(start, /^img$/) || !all(time, /^\d{9}$/) || !all(last, /^\d{3}$/)) return [];
  return [
    [first + 1, group('TimePoint', '\\d{9}', groups)],
    [parts.length - 1, group('Z', '\\d{3}', groups)],
  ];
}

/** The row and the column of a well that stand apart, as in `B - 02`. */
function rowAndColumn(parts: readonly Part[], groups: Map<string, string>): readonly (readonly [number, string])[] {
  const row = parts.findIndex(
    ({ values }, i) =>
      new Set(values).size > 1 &&
      values.every((value) => /^[A-P]$/.test(value)) &&
      (parts[i + 1]?.values.every((value) => /^\d{1,2}$/.test(value) && Number(value) > 0) ?? false),
  );
  if (row < 0) return [];
  return [
    [row, group('Row', '[A-P]', groups)],
    [row + 1, group('Column', '\\d{1,2}', groups)],
  ];
}

/** What a number is by a word before it that is always the same, as in `Field_3` or `C=1`. */
function meaningOfWord(parts: readonly Part[], i: number, gap: string | undefined): string | undefined {
  const [word = '', ...others] = new Set(parts[i - 1]?.values);
  return others.length === 0 && (gap === '=' || !/^[A-P]$/.test(word)) ? meaningOf(word) : undefined;
}

/** A wavelength with its number before its name, as MetaMorph writes it: `w1DAPI` is the channel DAPI. */
function wavelength({ values }: Part, gap: string, groups: Map<string, string>): string | undefined {
  if (groups.has('Channel') || !values.every((value) => /^w\d[^\W\d_]/.test(value))) return undefined;
  return `w\\d${group('Channel', `[^${escapeSet(`/${gap}`)}]+`, groups)}`;
}

/** Runs of digits and of other signs in turn; undefined where values are not built alike. */
function alikeRuns(values: readonly string[]): readonly (readonly string[])[] | undefined {
  const runs = values.map((value) => value.match(/\d+|\D+/g) ?? []);
  const [first = []] = runs;
  const isAlike = runs.every(
    (own) => own.length === first.length && own.every((run, i) => isDigits(run) === isDigits(first[i]!)),
  );
  return isAlike && first.length > 1 ? runs : undefined;
}

/** What is told by letters, and differs from path to path. */
function varyingMeanings(
  parts: readonly Part[],
  { gaps, well }: { gaps: readonly string[]; well: number | undefined },
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [p, { values }] of parts.entries()) {
    const isNumber = values.every((value) => /^\d+$/.test(value)) && values.some((value) => value !== values[0]);
    const word = isNumber ? meaningOfWord(parts, p, gaps[p - 1]) : undefined;
    if (word !== undefined) found.add(word);
    const runs = p === well ? undefined : alikeRuns(values);
    const [first = []] = runs ?? [];
    for (const [i, run] of first.entries()) {
      if (!isDigits(run) || runs!.every((own) => own[i] === run)) continue;
      const meaning = meaningAt(first, i, { before: parts[p - 1], isBehindWell: isBehind(p, well) });
      if (meaning !== undefined) found.add(meaning);
    }
  }
  return found;
}

const isBehind = (part: number, well: number | undefined) => well !== undefined && part > well;

/** What the run of digits in a place is; `before` is the part before, where `r2_c3` has its row. */
function meaningAt(
  runs: readonly string[],
  i: number,
  { before, isBehindWell }: { before: Part | undefined; isBehindWell: boolean },
): string | undefined {
  const [, row] = i === 1 ? (/^([rR])\d+$/.exec(before?.values[0] ?? '') ?? []) : [undefined, runs[i - 3]];
  return meaningOf(runs[i - 1] ?? '', { digits: runs[i], row, isBehindWell });
}

/** A part of letters and digits in turn, such as `s1` or `A01f03d2`; undefined where its values are not built alike. */
function runsOf(
  part: Part,
  { place, before }: { place: number; before: Part | undefined },
  naming: Naming,
): string | undefined {
  const { groups, well, varying } = naming;
  const runs = alikeRuns(part.values);
  if (runs === undefined) return undefined;
  const first = runs[0]!;
  const text: string[] = [];
  for (let i = 0; i < first.length; i++) {
    const own = runs.map((run) => run[i]!);
    const isSame = own.every((run) => run === own[0]);
    const prefix = well === undefined && !groups.has('Well') ? wellBehind(runs, i) : undefined;
    if (prefix !== undefined) {
      const wells = runs.map((run) => `${run[i]}${run[i + 1]}`.slice(prefix.length));
      text.push(escapeText(prefix), group('Well', wellPattern(wells), groups));
      i++;
    } else if (!isDigits(own[0]!)) {
      if (!isSame) return undefined;
      text.push(escapeText(own[0]!));
    } else {
      const known = meaningAt(first, i, { before, isBehindWell: isBehind(place, well) });
      if (isSame && known === undefined) text.push(escapeText(own[0]!));
      // Of two sites, the one that is always the same says nothing.
      else if (isSame && (groups.has(known!) || varying.has(known!))) text.push('\\d+');
      else text.push(group(known ?? unknownNumber(part, place, naming), '\\d+', groups));
    }
  }
  return text.join('');
}

/** The text before a well that two runs end with, as in `WellB02`; undefined where they do not. */
function wellBehind(runs: readonly (readonly string[])[], i: number): string | undefined {
  const [, prefix] = /^(|.*[a-z])[A-P]$/.exec(runs[0]![i]!) ?? [];
  if (prefix === undefined || !runs.every((run) => run[i]!.startsWith(prefix))) return undefined;
  return areWells(runs.map((run) => `${run[i]}${run[i + 1] ?? ''}`.slice(prefix.length))) ? prefix : undefined;
}

const isDigits = (run: string) => /^\d/.test(run);

/** A named group; where the name is taken, the next with a number. */
function group(name: string, content: string, groups: Map<string, string>): string {
  let own = name;
  for (let i = 2; groups.has(own); i++) own = `${name}${i}`;
  groups.set(own, content);
  return `(?<${own}>${content})`;
}

/** A text as it stands in a pattern. */
export function escapeText(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, (sign) => (sign === '/' ? '/' : `\\${sign}`));
}

function escapeSet(signs: string): string {
  return [...new Set(signs)].map((sign) => (/[\\\]^-]/.test(sign) ? `\\${sign}` : sign)).join('');
}
