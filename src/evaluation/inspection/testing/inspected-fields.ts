/** Screens made of numbers alone, for tests of what is said of them. */
import type { Field } from '../../../screen/screen.ts';
import { type InspectionOptions, inspectFields } from '../inspect-fields.ts';
import { type ChannelQuality, createPlaceOf, type InspectedField } from '../inspected-field.ts';
import type { Inspection } from '../inspection.ts';

const columns = [
  'Metadata_Plate',
  'Metadata_Well',
  'Metadata_Site',
  'Metadata_Batch',
  'Metadata_MOA',
  'Metadata_Compound',
];
const screen = { source: 'fields.csv', channels: ['DNA', 'Actin'], columns };
const placeOf = createPlaceOf(screen);

/** A channel of a good field. */
const good: ChannelQuality = {
  mean: 500,
  deviation: 90,
  min: 100,
  max: 3000,
  median: 400,
  mad: 50,
  percentile1: 150,
  lowerQuartile: 300,
  upperQuartile: 600,
  percentile99: 2000,
  atMin: 0.0001,
  atMax: 0.0001,
  emptyBits: 0,
  slope: -1,
  detail: -3,
  bitDepth: 16,
  structure: 0.5,
};

export interface Made {
  readonly plate?: string;
  readonly well?: string;
  readonly site?: string;
  readonly batch?: string;
  readonly label?: string;
  readonly compound?: string;
  readonly channels?: readonly Partial<ChannelQuality>[];
  readonly hashes?: readonly string[];
  readonly side?: number;
}

let made = 0;

/** A good field, each with pixels of its own, but for what is given. */
export function field({
  plate = 'P1',
  well = 'B02',
  site = '1',
  batch = 'W1',
  label = 'A',
  compound = 'x',
  ...rest
}: Made): InspectedField {
  const imageNumber = ++made;
  const values = [plate, well, site, batch, label, compound];
  const metadata = Object.fromEntries(columns.map((name, i) => [name, values[i]!]));
  const own: Field = { imageNumber, row: imageNumber + 1, sources: [], metadata };
  const { channels = [{}, {}], hashes = [`${imageNumber} a`, `${imageNumber} b`], side = 512 } = rest;
  const quality = { height: side, width: side, channels: channels.map((one) => ({ ...good, ...one })), hashes };
  return { field: own, place: placeOf(own), quality };
}

/** So many good fields, a well each, which differ a little. */
export const crowd = (count: number, change: (i: number) => Made = () => ({})) =>
  Array.from({ length: count }, (_, i) => {
    const wobble = { mean: 500 + 10 * (i % 5), detail: -3 + 0.05 * (i % 4) };
    return field({ well: `B${String(i + 1).padStart(2, '0')}`, channels: [wobble, wobble], ...change(i) });
  });

export const inspect = (
  fields: readonly InspectedField[],
  { on = screen, ...options }: InspectionOptions & { on?: Inspection['screen'] } = {},
) => inspectFields(on, fields, options);
