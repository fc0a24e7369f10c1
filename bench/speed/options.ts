import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

/** Of the TIFFs of a screen: LZW and deflate with a horizontal predictor. */
export const COMPRESSIONS = ['none', 'lzw', 'deflate'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

export const PRECISIONS = ['float32', 'bfloat16'] as const;
export type Precision = (typeof PRECISIONS)[number];

const PLANS = ['auto', 'blocked', 'reference'] as const;

/** What is measured, in the order in which it is. */
export const WORKS = [
  'step',
  'forward',
  'forward-one',
  'cells',
  'cells-step',
  'jacobian',
  'memory-step',
  'training',
  'predict-tiff',
  'time-to-accuracy',
] as const;
export type WorkName = (typeof WORKS)[number];

/** What `npm run bench` is asked; bench/README.md says what each is for. */
export interface BenchOptions {
  readonly only: readonly WorkName[];
  readonly pairs: number;
  readonly repeats: number;
  /** Of the peer. */
  readonly precisions: readonly Precision[];
  /** Of both sides; the best of each unless given. */
  readonly microBatch: number | undefined;
  readonly size: number;
  readonly batch: number;
  readonly threads: number;
  readonly cells: number;
  readonly side: number;
  /** Fields of the screen that is read from files, and of those the ones that are trained on. */
  readonly fields: number;
  readonly trained: number;
  /** Height and width of these. */
  readonly field: readonly [number, number];
  readonly compression: Compression;
  readonly epochs: number;
  /** The simulated screens of `time-to-accuracy`: side of a field, wells of each of four plates, epochs, screens. */
  readonly accuracy: { readonly size: number; readonly wells: number; readonly epochs: number; readonly pairs: number };
  /** How our steps are computed. */
  readonly plan: (typeof PLANS)[number];
  readonly peerGigabytes: number;
  readonly folder: string;
  readonly json: string | undefined;
}

/** @throws Error for what cannot be understood */
export function readOptions(args: readonly string[]): BenchOptions {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: text(WORKS.join()),
      pairs: text('5'),
      repeats: text('3'),
      precision: text('float32'),
      'micro-batch': { type: 'string' },
      size: text('900'),
      batch: text('16'),
      threads: text(String(Math.min(2, availableParallelism()))),
      cells: text('2000'),
      side: text('96'),
      fields: text('40'),
      trained: text('32'),
      field: text('1024x1280'),
      compression: text('lzw'),
      epochs: text('2'),
      'accuracy-size': text('128'),
      'accuracy-wells': text('24'),
      'accuracy-epochs': text('30'),
      'accuracy-pairs': text('2'),
      plan: text('auto'),
      'peer-gigabytes': text('5'),
      folder: text('bench-run/speed'),
      json: { type: 'string' },
    },
  });
  const microBatch = values['micro-batch'];
  const [height, width] = values.field.split('x').map(Number);
  return {
    only: oneOf(WORKS, values.only),
    pairs: Number(values.pairs),
    repeats: Number(values.repeats),
    precisions: oneOf(PRECISIONS, values.precision),
    microBatch: microBatch === undefined ? undefined : Number(microBatch),
    size: Number(values.size),
    batch: Number(values.batch),
    threads: Number(values.threads),
    cells: Number(values.cells),
    side: Number(values.side),
    fields: Number(values.fields),
    trained: Number(values.trained),
    field: [height!, width!],
    compression: oneOf(COMPRESSIONS, values.compression)[0]!,
    epochs: Number(values.epochs),
    accuracy: {
      size: Number(values['accuracy-size']),
      wells: Number(values['accuracy-wells']),
      epochs: Number(values['accuracy-epochs']),
      pairs: Number(values['accuracy-pairs']),
    },
    plan: oneOf(PLANS, values.plan)[0]!,
    peerGigabytes: Number(values['peer-gigabytes']),
    folder: values.folder,
    json: values.json,
  };
}

/** Those that are named, with commas between them, in the order in which all are known. */
function oneOf<T extends string>(known: readonly T[], names: string): readonly T[] {
  const asked = names.split(',');
  const unknown = asked.find((name) => !(known as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`${unknown} is none of ${known.join(', ')}`);
  return known.filter((name) => asked.includes(name));
}
