/** A pattern, and what each of its named groups stands for in it. */
export interface MadePattern {
  readonly pattern: string;
  readonly groups: ReadonlyMap<string, string>;
}

/** Plates that the images of a well may have at most, as a share of these images. */
const MOST_PLATES = 0.75;

/** What the groups of a pattern are in one path. */
type Found = Readonly<Record<string, string>>;

/** Groups in the order in which they are kept where two of them always say the same. */
const order = ['Well', 'Row', 'Column', 'Site', 'Channel', 'Z', 'TimePoint', 'Plate'];
const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);

/**
 * The pattern without what its values contradict in the paths that it was made from: a group that repeats another; rows and
 * columns of wells that are none, or beside the well itself; a plate that is another in every image of a well, or a word of
 * which no well has two; a channel of which every field has another one; and numbers and words that differ between the channels of a field, and are not needed to
 * tell images apart.
 */
export function refinePattern(made: MadePattern, paths: readonly string[]): MadePattern {
  const all = valuesOf(made.pattern, paths);
  let refined = made;
  for (const [name] of [...made.groups].sort(([a], [b]) => rank(b) - rank(a))) {
    const others = [...refined.groups.keys()].filter((other) => other !== name && rank(other) <= rank(name));
    if (others.some((other) => all.every((found) => plain(found[other]) === plain(found[name])) && varies(all, name))) {
      refined = ungrouped(refined, name);
    }
  }
  refined = withoutTiles(refined, all);
  if (refined.groups.has('Plate') && !isPlate(refined, all)) refined = renamed(refined, 'Plate', 'Text');
  if (refined.groups.has('Channel') && !isChannel(refined, all)) refined = renamed(refined, 'Channel', 'Text');
  const now = valuesOf(refined.pattern, paths);
  for (const name of [...refined.groups.keys()].reverse()) {
    const isText = /^Text\d*$/.test(name);
    if (!isText && !/^Number\d*$/.test(name)) continue;
    const rest = [...refined.groups.keys()].filter((other) => other !== name);
    if (distinct(now, rest) < now.length || (isText && isOfFields(now, name, rest))) continue;
    refined = ungrouped(refined, name);
  }
  return refined;
}

function valuesOf(pattern: string, paths: readonly string[]): Found[] {
  const expression = new RegExp(pattern);
  return paths.flatMap((path) => {
    const found = expression.exec(path)?.groups;
    return found === undefined ? [] : [found];
  });
}

/** Numbers without the zeros before them. */
const plain = (text: string | undefined) => (/^\d+$/.test(text ?? '') ? String(Number(text)) : text);

const varies = (all: readonly Found[], name: string) => all.some((found) => found[name] !== all[0]![name]);

/** How many different values some groups have together. */
function distinct(all: readonly Found[], names: readonly string[]): number {
  return new Set(all.map((found) => JSON.stringify(names.map((name) => found[name])))).size;
}

/** Rows and columns that are none of wells are those of tiles, or are counted from 0. */
function withoutTiles(made: MadePattern, all: readonly Found[]): MadePattern {
  const isOf = (name: string, most: number) =>
    all.every((found) => /^[A-P]$/.test(found[name]!) || (Number(found[name]) >= 1 && Number(found[name]) <= most));
  const areOfWells = !made.groups.has('Well') && isOf('Row', 32) && isOf('Column', 48);
  if (areOfWells || !(made.groups.has('Row') && made.groups.has('Column'))) return made;
  return renamed(renamed(made, 'Row', 'TileRow'), 'Column', 'TileColumn');
}

/** Whether a plate has several images of a well, where wells have several images that differ in more than the plate. */
function isPlate({ groups }: MadePattern, all: readonly Found[]): boolean {
  const place = ['Well', 'Row', 'Column'].filter((name) => groups.has(name));
  const images = new Map<string, Found[]>();
  for (const found of all) {
    const key = JSON.stringify(place.map((name) => found[name]));
    images.set(key, [...(images.get(key) ?? []), found]);
  }
  const several = [...images.values()].filter(({ length }) => length > 1);
  const others = [...groups.keys()].filter((name) => name !== 'Plate');
  const count = (values: (own: readonly Found[]) => number) => several.reduce((sum, own) => sum + values(own), 0);
  const most = MOST_PLATES * count((own) => own.length);
  const isOwn = count((own) => distinct(own, ['Plate'])) > most && count((own) => distinct(own, others)) > most;
  // A word that no well has two of may as well say what is in the well.
  const isWord = varies(all, 'Plate') && all.every((found) => !/\d/.test(found.Plate!));
  const isOfWell = place.length > 0 && distinct(all, [...place, 'Plate']) === images.size;
  const isOfImage = all.length > 1 && distinct(all, ['Plate']) > MOST_PLATES * all.length;
  return !isOwn && !isOfImage && !(isWord && isOfWell);
}

/** Whether a field has several of the words that are taken for channels, where there are several. */
function isChannel({ groups }: MadePattern, all: readonly Found[]): boolean {
  if (groups.get('Channel') === '\\d+' || !varies(all, 'Channel')) return true;
  const field = [...groups.keys()].filter((name) => !/^(?:Channel|Z|Text\d*|Number\d*)$/.test(name));
  return distinct(all, field) < distinct(all, [...field, 'Channel']);
}

/** Whether a word is the same in all images of a field. */
function isOfFields(all: readonly Found[], name: string, others: readonly string[]): boolean {
  const field = others.filter((other) => other !== 'Channel' && other !== 'Z');
  return distinct(all, field) === distinct(all, [...field, name]);
}

/** The pattern with a group that has no name. */
function ungrouped({ pattern, groups }: MadePattern, name: string): MadePattern {
  const content = groups.get(name)!;
  return {
    pattern: pattern.replace(`(?<${name}>${content})`, () => content),
    groups: new Map([...groups].filter(([other]) => other !== name)),
  };
}

/** The pattern with another name for a group; where that is taken, the next with a number. */
function renamed({ pattern, groups }: MadePattern, name: string, wanted: string): MadePattern {
  let own = wanted;
  for (let i = 2; groups.has(own); i++) own = `${wanted}${i}`;
  return {
    pattern: pattern.replace(`(?<${name}>`, `(?<${own}>`),
    groups: new Map([...groups].map(([other, content]) => [other === name ? own : other, content])),
  };
}
