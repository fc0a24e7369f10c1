import { named } from '../errors.ts';
import type { ImageHeader } from '../image/image.ts';
import { PROJECTIONS, type Projection } from '../pixels/projection.ts';
import { stemOf } from './field-names.ts';
import { placeColumns } from './place-columns.ts';
import type { Field, Question } from './screen.ts';
import { placeOf } from './well.ts';

/** Images of one kind, such as those of one column of a table, and what the first of them says. */
export interface ImagesSeen {
  /** What they are called, such as `DNA`; not given where there is one kind only. */
  readonly name?: string | undefined;
  readonly header: Pick<ImageHeader, 'stack' | 'series' | 'assumedChannels' | 'channels'>;
  /** Planes of depth where each has a file of its own. */
  readonly depth?: number | undefined;
}

/** Pages from which on it is asked whether they are planes of depth: few microscopes have more channels. */
const MANY_PAGES = 6;

const projected: Readonly<Record<Projection, string>> = {
  maximum: 'the maximum of each pixel is used',
  mean: 'the mean of each pixel is used',
  none: 'the lowest plane is used',
};

/**
 * Sentences for who should know that images have more than one plane, point in time or series, and what is read of them;
 * nothing where they have not. Kinds of images that are alike share a sentence.
 *
 * @param seriesAreFields whether each series is a field of its own; else the first is read
 */
export function stackNotes(
  seen: readonly ImagesSeen[],
  {
    projection = 'maximum',
    seriesAreFields = false,
  }: { projection?: Projection | undefined; seriesAreFields?: boolean } = {},
): string[] {
  const depths = gather(seen, ({ header, depth }) => depth ?? header.stack?.z ?? 1);
  const times = gather(seen, ({ header }) => header.stack?.t ?? 1);
  const series = gather(seen, ({ header }) => header.series?.own.length ?? 1);
  return [
    ...depths.map(
      ({ images, count }) =>
        `${images} are stacks of ${count} planes of depth, of which ${projected[projection]}; ${named('projection')} chooses ${PROJECTIONS.filter((other) => other !== projection).join(' or ')}`,
    ),
    ...times.map(({ images, count }) => `${images} have ${count} points in time, of which the first is read`),
    ...series.map(({ images, count }) =>
      seriesAreFields
        ? `${images} have several series in a file, ${count} in the first; each is a field of its own`
        : `${images} have ${count} series, of which the first is read; a column Series_ of the table picks another, counted from 0`,
    ),
  ];
}

/** How many planes of depth the channels of a screen have in each field; not given where that is not known. */
export interface ChannelDepths {
  readonly name: string;
  readonly depths: readonly (number | undefined)[];
}

/** How many planes of depth fields have: what most of them have, and the more where as many have fewer. */
export function usualDepth(depths: readonly (number | undefined)[]): number | undefined {
  const counts = new Map<number, number>();
  for (const depth of depths) if (depth !== undefined) counts.set(depth, (counts.get(depth) ?? 0) + 1);
  return [...counts].sort(([a, ofA], [b, ofB]) => ofB - ofA || b - a)[0]?.[0];
}

/** Sentences on fields that lack planes of depth that others have; channels that the same fields lack share one. */
export function shortStackNotes(
  channels: readonly ChannelDepths[],
  fields: readonly Pick<Field, 'metadata' | 'name' | 'sources' | 'imageNumber'>[],
): string[] {
  const short = new Map<string, { names: string[]; field: number; count: number; found: string }>();
  for (const { name, depths } of channels) {
    const usual = usualDepth(depths);
    const lacking = depths.flatMap((depth, i) => (depth !== undefined && depth < usual! ? [i] : []));
    const [field] = lacking;
    if (field === undefined) continue;
    const found = `${depths[field]} of ${usual}`;
    const key = JSON.stringify([lacking, found]);
    const known = short.get(key) ?? { names: [], field, count: lacking.length, found };
    short.set(key, { ...known, names: [...known.names, name] });
  }
  return [...short.values()].map(({ names, field, count, found }) => {
    const listed = [names.slice(0, -1).join(', '), names.at(-1)].filter((part) => part !== '').join(' and ');
    const [has, which] = count === 1 ? ['has', 'it is'] : ['have', 'the first is'];
    return `${count} of ${fields.length} fields ${has} fewer planes of depth than the others in ${listed}: ${which} ${fieldWords(fields[field]!)}, with ${found}. Look for the missing files; what is read of fewer planes differs from the rest`;
  });
}

function fieldWords({ metadata, name, sources, imageNumber }: Parameters<typeof shortStackNotes>[1][number]): string {
  const { plate, well } = placeOf(metadata);
  const site = placeColumns(Object.keys(metadata), 'site').map((column) => metadata[column]!)[0] ?? '';
  const where = [plate, well, ...(site === '' ? [] : [`site ${site}`])].filter((part) => part !== '').join(' ');
  return where || name || stemOf(sources[0]?.file ?? '') || `field ${imageNumber}`;
}

/** What to ask about files of many pages that nothing is said of. */
export function pageQuestions(seen: readonly ImagesSeen[]): Question[] {
  const many = ({ header }: ImagesSeen) =>
    header.assumedChannels && header.channels >= MANY_PAGES ? header.channels : 1;
  return gather(seen, many).map(({ images, count }) => ({
    problem: `${images} have ${count} pages that nothing is said of, and each is read as a channel`,
    remedy: `are these planes of depth? Then give ${named('pages')} depth, and each stack is projected to one plane; if they are channels, ${named('pages')} channels says so`,
  }));
}

/** Kinds of images by how many they have of something, where it is more than one. */
function gather(
  seen: readonly ImagesSeen[],
  countOf: (images: ImagesSeen) => number,
): readonly { readonly images: string; readonly count: number }[] {
  const byCount = new Map<number, (string | undefined)[]>();
  for (const images of seen) {
    const count = countOf(images);
    if (count > 1) byCount.set(count, [...(byCount.get(count) ?? []), images.name]);
  }
  return [...byCount].map(([count, names]) => {
    const all = names.length === seen.length || names.includes(undefined);
    const listed = [names.slice(0, -1).join(', '), names.at(-1)].filter((part) => part !== '').join(' and ');
    return { count, images: all ? 'The images' : `The images of ${listed}` };
  });
}
