import { dirname, relative } from 'node:path';
import { MilscopeError } from '../errors.ts';
import { type Split, splitFields } from '../evaluation/splits.ts';
import type { Image } from '../image/image.ts';
import { SMALLEST_SIDE } from '../network/architecture.ts';
import type { Head, NormalizationScope } from '../network/forward.ts';
import { type CheckedFields, checkFields } from '../screen/check-fields.ts';
import { findColumn } from '../screen/columns.ts';
import { labelParts, labelSetsOf } from '../screen/label-sets.ts';
import { readScreen } from '../screen/read-screen.ts';
import type { Field, Screen } from '../screen/screen.ts';
import { requireReadable } from '../screen/skipped.ts';
import { wellKey } from '../screen/well.ts';
import { type ChannelSums, channelMeans, normalizationOf, sumChannels } from '../training/statistics.ts';
import type { Console } from './console.ts';
import { hashFiles, sha256 } from './hash-files.ts';
import { measurePlates, type Plates, plateOf } from './plates.ts';
import { createProgress } from './progress.ts';
import type { RunRecord } from './run-folder.ts';

/** What the user asks of a training. */
export interface TrainRequest {
  readonly screen: string;
  readonly label: string;
  readonly head: Head;
  readonly holdout: readonly string[];
  readonly fraction: number;
  readonly validation: number;
  readonly crop?: number | undefined;
  readonly normalization: NormalizationScope;
  readonly seed: number;
  readonly threads: number;
}

/** A screen that has been looked at as a whole: what can be used of it, and for what. */
export interface PreparedTraining {
  readonly screen: Screen;
  readonly classes: readonly string[];
  readonly skipped: CheckedFields<ChannelSums>['skipped'];
  /** The readable fields, in the order of `record`. */
  readonly fields: readonly Field[];
  readonly crop: number;
  readonly normalization: RunRecord['normalization'];
  /** Where fields are normalized by plate. */
  readonly plates: Plates | undefined;
  /** What `run.json` says of the fields. */
  readonly record: RunRecord['fields'];
}

type Readable = CheckedFields<ChannelSums>['readable'];

/** Largest side of a crop unless the user asks for more, in pixels. */
const LARGEST_CROP = 900;

/**
 * Reads the table, decodes every field once, splits the readable ones and measures the training fields. Everything that
 * is wrong with table or images comes out here, before any training.
 */
export async function prepareTraining(request: TrainRequest, console: Console): Promise<PreparedTraining> {
  const { screen, labelOf } = leaveUnlabelled(await readScreen(request.screen), request, console);
  requireClasses(new Set(labelOf.values()), request);
  const split = (fields: readonly Field[]) =>
    splitFields(
      fields.map((field) => ({ label: labelOf.get(field)!, well: wellKey(field), metadata: field.metadata })),
      { ...request, screen },
    );
  if (request.normalization === 'plate') plateOf(screen);
  // What is wrong with --holdout should not come out only after every image has been decoded.
  split(screen.fields);
  const { readable, skipped } = await check(screen, request, console);
  const splits = split(readable.map(({ field }) => field));
  const trained = readable.filter((_, i) => splits[i] === 'train');
  const labels = new Set(trained.map(({ field }) => labelOf.get(field)!));
  requireClasses(labels, request);
  const classes = [...new Set([...labels].flatMap(labelParts))].sort();
  const crop = request.crop ?? defaultCrop(readable);
  requireSize(readable, crop);
  const { mean, deviation } = normalizationOf(trained.map(({ measured }) => measured));
  return {
    screen,
    classes,
    skipped,
    fields: readable.map(({ field }) => field),
    crop,
    normalization: { mean: [...mean], deviation: [...deviation], scope: request.normalization },
    plates:
      request.normalization === 'plate'
        ? measurePlates(
            screen,
            readable.map(({ field, measured }) => [field, measured]),
          )
        : undefined,
    record: await recordFields({ screen, readable, splits, labelOf, threads: request.threads }),
  };
}

/** The screen without the fields that have no label, of which one line says how many they are. */
function leaveUnlabelled(
  screen: Screen,
  { label, head }: TrainRequest,
  console: Console,
): { readonly screen: Screen; readonly labelOf: ReadonlyMap<Field, string> } {
  const labels = labelSetsOf(screen, label, { several: head === 'sigmoid' });
  const labelOf = new Map(
    screen.fields.map((field, i) => [field, labels[i]!] as const).filter(([, text]) => text !== ''),
  );
  const aside = screen.fields.length - labelOf.size;
  if (aside > 0) {
    console.err(`${aside} of ${screen.fields.length} fields have no label in column ${label} and are left aside\n`);
  }
  return { screen: { ...screen, fields: [...labelOf.keys()] }, labelOf };
}

async function check(screen: Screen, { threads }: TrainRequest, console: Console) {
  const total = screen.fields.length;
  const progress = createProgress(console, { label: 'checking', total, unit: 'fields' });
  const checked = await checkFields(screen, {
    threads,
    measure: (_: Field, image: Image) => sumChannels(image),
    onProgress: (done) => progress.update(done),
  });
  const { skipped } = checked;
  progress.finish(skipped.length > 0 ? `${skipped.length} cannot be read and are left out` : 'all can be read');
  for (const { message } of skipped.slice(0, 5)) console.err(`  ${message}\n`);
  if (skipped.length > 5) console.err(`  … and ${skipped.length - 5} more\n`);
  requireReadable(screen, skipped);
  return checked;
}

function requireClasses(labels: ReadonlySet<string>, { screen, label }: TrainRequest): void {
  if (labels.size > 1) return;
  throw new MilscopeError('BadLabel', {
    file: screen,
    column: label,
    problem: 'there is nothing to tell apart',
    found: `one class, ${[...labels].join()}`,
    expected: 'at least two classes among the training fields',
    remedy: 'name another column with --label, or hold out less',
  });
}

/** Seven eighths of the smallest field, at most 900 pixels. */
function defaultCrop(readable: Readable): number {
  const smallest = Math.min(...readable.map(({ height, width }) => Math.min(height, width)));
  return Math.max(SMALLEST_SIDE, Math.min(LARGEST_CROP, Math.floor((smallest * 7) / 8)));
}

function requireSize(readable: Readable, crop: number): void {
  if (crop < SMALLEST_SIDE) {
    throw new MilscopeError('BadOption', {
      option: '--crop',
      problem: 'the network sees nothing in so small a crop',
      found: `${crop} pixels`,
      expected: `at least ${SMALLEST_SIDE}`,
    });
  }
  const small = readable.find(({ height, width }) => Math.min(height, width) < crop);
  if (!small) return;
  throw new MilscopeError('TooSmall', {
    file: small.field.sources[0]?.file,
    problem: 'the field is smaller than a crop',
    found: `${small.width} × ${small.height} pixels`,
    expected: `at least ${crop} × ${crop}`,
    remedy:
      crop === SMALLEST_SIDE
        ? `the network needs ${SMALLEST_SIDE} pixels a side: leave the field out, or give larger ones`
        : 'give a smaller --crop, or leave the field out of the table',
  });
}

interface RecordInputs {
  readonly screen: Screen;
  readonly readable: Readable;
  readonly splits: readonly Split[];
  readonly labelOf: ReadonlyMap<Field, string>;
  readonly threads: number;
}

async function recordFields({
  screen,
  readable,
  splits,
  labelOf,
  threads,
}: RecordInputs): Promise<RunRecord['fields']> {
  const files = [...new Set(readable.flatMap(({ field }) => field.sources.map(({ file }) => file)))];
  const hashes = await hashFiles(files, { threads });
  const hashOf = new Map(files.map((file, i) => [file, hashes[i]!]));
  const folder = dirname(screen.source);
  const batch = ['Metadata_Batch', 'Metadata_Plate'].map((name) => findColumn(screen.columns, name)).find(Boolean);
  return readable.map(({ field, measured }, i) => ({
    imageNumber: field.imageNumber,
    split: splits[i]!,
    label: labelOf.get(field)!,
    well: wellKey(field),
    ...(batch && { batch: field.metadata[batch]! }),
    channelMeans: channelMeans(measured).map(Math.fround),
    files: [...new Set(field.sources.map(({ file }) => file))].map((file) => ({
      file: relative(folder, file),
      sha256: hashOf.get(file) ?? null,
    })),
  }));
}

/** SHA-256 of everything that decides what is learned: the name of a run. */
export function hashRun(record: Omit<RunRecord, 'hash' | 'started' | 'command' | 'versions' | 'screen'>): string {
  const { workers: _, ...options } = record.options;
  return sha256(JSON.stringify({ ...record, options }));
}
