import { usualDepth } from '../../screen/stack-note.ts';
import { counted } from '../../words.ts';
import type { ChannelSummary } from './channel-summary.ts';
import { findDuplicates } from './duplicates.ts';
import { groupBy } from './group.ts';
import { type FieldQuality, type InspectedField, placeName } from './inspected-field.ts';
import { mostFrequent, type RobustScale, robustScale } from './robust.ts';

/** What may be wrong with a field, in the order of reports. */
export const flagKinds = [
  'unreadable',
  'saturated',
  'empty',
  'blank channel',
  'blurred',
  'duplicate',
  'same channels',
  'other size',
  'other bit depth',
  'fewer planes',
  'odd intensity',
] as const;

export type FlagKind = (typeof flagKinds)[number];

/** Something that is wrong with a field. */
export interface Flag {
  readonly kind: FlagKind;
  /** Where it is one channel. */
  readonly channel?: string | undefined;
  /** What was found, in words that follow the kind. */
  readonly found: string;
}

/** Share of the pixels at the ceiling from which on a field counts as saturated. */
export const SATURATED = 0.001;
/** Share that stands out from the background below which a channel shows nothing, */
const BLANK = 0.004;
/** or next to nothing, if it is also less than a tenth of what is usual in the screen. */
const NEARLY_BLANK = 0.03;
/** Channels in which less stands out are not judged for focus. */
const JUDGED = 0.02;
/** Loss of fine detail (natural logarithm of its power) from which on a field is blurred: that of a blur by 1.1 pixels. */
const LOST_DETAIL = 1.5;
/** How much brighter or darker than its plate a field must be (factors of two). */
const ODD_INTENSITY = 1;
/** Robust z-scores beyond which a field differs from its plate, and fields that a plate needs to define what is usual. */
const FAR = { detail: 5, intensity: 6, count: 8 } as const;
/** Smallest credible deviations, of detail and of the binary logarithm of the mean. */
const LEAST = { detail: 0.2, intensity: 0.1 } as const;
/** Share of the fields from which on a value is usual; in a screen of many sizes none is odd. */
const MOST = 0.8;

/** Everything that is wrong with each field, in the order of `fields`; a good field has no flag. */
export function flagFields(fields: readonly InspectedField[], summaries: readonly ChannelSummary[]): readonly Flag[][] {
  const flags = fields.map(({ skipped }): Flag[] => (skipped ? [{ kind: 'unreadable', found: skipped.message }] : []));
  const readable = fields.flatMap(({ quality }, index) => (quality ? [{ index, quality }] : []));
  const size = usual(readable.map(({ quality }) => `${quality.width} × ${quality.height}`));
  const depths = summaries.map((_, c) => usual(readable.map(({ quality }) => quality.channels[c]!.bitDepth)));
  const planes = summaries.map((_, c) => usualDepth(readable.map(({ quality }) => quality.channels[c]!.depth)));
  const detail = scales(fields, { least: LEAST.detail, pick: judgedDetail, channels: summaries.length });
  const intensity = scales(fields, { least: LEAST.intensity, pick: brightness, channels: summaries.length });
  const twins = findDuplicates(readable.map(({ quality }) => quality));

  for (const [i, { index, quality }] of readable.entries()) {
    const own = flags[index]!;
    const { plate } = fields[index]!.place;
    const empty = isEmpty(quality, summaries);
    if (empty) own.push({ kind: 'empty', found: emptyWords(quality) });
    for (const [c, { channel, ceiling, structure }] of summaries.entries()) {
      const plane = quality.channels[c]!;
      const flag = (kind: FlagKind, found: string) => own.push({ kind, channel, found });
      if (plane.max === ceiling && plane.atMax >= SATURATED && plane.min < plane.max) {
        flag('saturated', `${percent(plane.atMax)} of the pixels are at ${ceiling}`);
      }
      if (!empty && plane.structure < BLANK && structure >= 10 * BLANK) flag('blank channel', 'nothing stands out');
      const usualDetail = detail(plate, c);
      const lost = usualDetail === undefined ? 0 : usualDetail.median - judgedDetail(quality, c);
      if (!empty && lost >= LOST_DETAIL && lost >= FAR.detail * usualDetail!.deviation) {
        flag('blurred', `fine detail ${factor(Math.exp(lost))} weaker than usual (z ${z(-lost, usualDetail!)})`);
      }
      const usualLight = intensity(plate, c);
      const off = usualLight === undefined ? 0 : brightness(quality, c) - usualLight.median;
      if (!empty && Math.abs(off) >= ODD_INTENSITY && Math.abs(off) >= FAR.intensity * usualLight!.deviation) {
        const compared = off > 0 ? 'brighter' : 'darker';
        flag('odd intensity', `${factor(2 ** Math.abs(off))} ${compared} than usual (z ${z(off, usualLight!)})`);
      }
      const depth = depths[c];
      if (depth !== undefined && plane.bitDepth !== depth) {
        flag('other bit depth', `${plane.bitDepth} bits, others have ${depth}`);
      }
      if (plane.depth !== undefined && plane.depth < planes[c]!) {
        flag('fewer planes', `${counted(plane.depth, 'plane')} of depth, others have ${planes[c]}`);
      }
    }
    const { width, height } = quality;
    if (size !== undefined && `${width} × ${height}` !== size) {
      own.push({ kind: 'other size', found: `${width} × ${height} pixels, others have ${size}` });
    }
    for (const { other, channels } of twins.fields[i]!) {
      const name = placeName(fields[readable[other]!.index]!);
      const channel = channels === undefined ? undefined : channels.map((c) => summaries[c]!.channel).join(', ');
      own.push({ kind: 'duplicate', channel, found: `the same pixels as ${name}` });
    }
    for (const [a, b] of twins.channels[i]!) {
      const channel = `${summaries[a]!.channel}, ${summaries[b]!.channel}`;
      own.push({ kind: 'same channels', channel, found: 'have the same pixels' });
    }
    own.sort((a, b) => flagKinds.indexOf(a.kind) - flagKinds.indexOf(b.kind));
  }
  return flags;
}

function isEmpty({ channels }: FieldQuality, summaries: readonly ChannelSummary[]): boolean {
  return (
    channels.every(({ structure }) => structure < BLANK) ||
    channels.every(({ structure }, c) => structure < NEARLY_BLANK && structure < summaries[c]!.structure / 10)
  );
}

function emptyWords({ channels }: FieldQuality): string {
  const most = Math.max(...channels.map(({ structure }) => structure));
  return most < BLANK
    ? 'nothing stands out from the background'
    : `only ${percent(most)} stands out from the background`;
}

/** The detail of a channel; NaN where too little stands out to judge it. */
function judgedDetail({ channels }: FieldQuality, c: number): number {
  const { structure, detail } = channels[c]!;
  return structure >= JUDGED ? detail : Number.NaN;
}

function brightness({ channels }: FieldQuality, c: number): number {
  const { mean } = channels[c]!;
  return mean > 0 ? Math.log2(mean) : Number.NaN;
}

/** What is usual on a plate, or in the screen if the plate has too few fields; undefined if both have too few. */
function scales(
  fields: readonly InspectedField[],
  {
    least,
    pick,
    channels,
  }: { least: number; pick: (quality: FieldQuality, channel: number) => number; channels: number },
): (plate: string, channel: number) => RobustScale | undefined {
  const plates = groupBy(fields, ({ place }) => place.plate);
  const scaleOf = (members: readonly InspectedField[], c: number) => {
    const values = members.flatMap(({ quality }) => (quality ? [pick(quality, c)] : []));
    const scale = robustScale(values, { least });
    return scale.count >= FAR.count ? scale : undefined;
  };
  const ofChannels = (members: readonly InspectedField[]) =>
    Array.from({ length: channels }, (_, c) => scaleOf(members, c));
  const known = new Map([...plates].map(([plate, members]) => [plate, ofChannels(members)]));
  const all = ofChannels(fields);
  return (plate, c) => known.get(plate)?.[c] ?? all[c];
}

function usual<T>(values: readonly T[]): T | undefined {
  const most = mostFrequent(values);
  return most !== undefined && most.share >= MOST ? most.value : undefined;
}

const z = (difference: number, { deviation }: RobustScale): string => (difference / deviation).toFixed(1);

const factor = (times: number): string =>
  `${times >= 1000 ? 'over 1000' : times >= 10 ? times.toFixed(0) : times.toFixed(1)}×`;

/** A share as `4.1 %`. */
export function percent(share: number): string {
  const value = 100 * share;
  return `${value === 0 || value >= 10 ? value.toFixed(0) : value >= 0.1 ? value.toFixed(1) : value.toPrecision(1)} %`;
}
