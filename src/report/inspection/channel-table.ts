import { percent, SATURATED } from '../../evaluation/inspection/flags.ts';
import type { Inspection } from '../../evaluation/inspection/inspection.ts';
import { escaped, table } from './html.ts';
import { bitsOf, counts } from './words.ts';

/** The intensities of every channel. */
export function channelTable(inspection: Pick<Inspection, 'channels' | 'fields' | 'counts'>): string {
  const header = ['Channel', 'Bits', 'Smallest', '1 %', 'Median', 'Mean', '99 %', 'Largest', 'Cut off at'];
  const rows = inspection.channels.map((one) => [
    escaped(one.channel),
    bitsOf(one).replaceAll(' ', '&nbsp;'),
    ...[one.min, one.percentile1, one.median, one.mean, one.percentile99, one.max].map(counts),
    one.ceiling === null ? 'nothing' : counts(one.ceiling),
  ]);
  const notes = [
    'Intensities in counts; percentiles and mean are medians over the fields.',
    ...cutOffWords(inspection),
  ];
  return `${table(header, rows, { numbers: [2, 3, 4, 5, 6, 7, 8] })}<p class="soft">${notes.map(escaped).join(' ')}</p>`;
}

/** Why intensities are cut off and yet no field is flagged. */
function cutOffWords({
  channels,
  fields,
  counts: flagged,
}: Pick<Inspection, 'channels' | 'fields' | 'counts'>): string[] {
  const cut = channels.some(({ ceiling }) => ceiling !== null);
  if (!cut) return [];
  const what = 'Brighter light than the value under “Cut off at” was recorded as this value.';
  if (flagged.saturated > 0)
    return [`${what} Fields with at least ${percent(SATURATED)} such pixels in a channel are flagged as saturated.`];
  const shares = fields.flatMap(({ quality }) =>
    channels.flatMap(({ ceiling }, c) => {
      const plane = quality?.channels[c];
      return plane !== undefined && plane.max === ceiling ? [plane.atMax] : [];
    }),
  );
  const most = percent(Math.max(0, ...shares));
  return [
    `${what} No field is flagged for it: at most ${most} of the pixels of a channel have it, and ${percent(SATURATED)} would be flagged.`,
  ];
}
