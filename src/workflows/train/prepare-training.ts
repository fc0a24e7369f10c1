import { dirname, relative } from 'node:path';
import type { Console } from '../../cli/console.ts';
import { MilscopeError } from '../../errors.ts';
import { type Split, type SplitField, splitFields } from '../../evaluation/splits.ts';
import { sha256 } from '../../files/hash.ts';
import { smallestField } from '../../network/architecture.ts';
import type { Head } from '../../network/forward.ts';
import { channelMeans, normalizationOf } from '../../pixels/channel-sums.ts';
import type { NormalizationScope } from '../../pixels/normalization.ts';
import { findColumn } from '../../screen/columns.ts';
import { labelParts } from '../../screen/label-sets.ts';
import { measurePlates, type Plates, plateOf } from '../../screen/plates.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { wellKey } from '../../screen/well.ts';
import type { RunRecord } from '../shared/run-folder.ts';
import type { TrainingCells } from '../shared/training-cells.ts';
import { type ExaminedScreen, examineScreen, type LabelledScreen, readLabelled } from './examine-screen.ts';
import { placeCells, planCells } from './place-cells.ts';

/** What the user asks of a training. */
export interface TrainRequest {
  /** The path of the screen, for messages. */
  readonly screen: string;
  readonly label: string;
  readonly head: Head;
  readonly holdout: readonly string[];
  readonly fraction: number;
  readonly validation: number;
  readonly crop?: number | undefined;
  readonly enlarge: number;
  /** Cells to train on in place of fields. */
  readonly cells?: TrainingCells | undefined;
  readonly normalization: NormalizationScope;
  readonly seed: number;
  readonly threads: number;
}

/** What a field of a run is used for; `tested` says that one that is trained on is tested all the same. */
export interface Use {
  readonly split: Split;
  readonly tested?: true;
}

/** A screen that has been looked at as a whole: what can be used of it, and for what. */
export interface PreparedTraining {
  readonly screen: Screen;
  /** SHA-256 of what says which fields it has. */
  readonly table: string;
  readonly classes: readonly string[];
  readonly skipped: ExaminedScreen['skipped'];
  /** How cells are trained on in place of fields; null where fields are. */
  readonly cells: RunRecord['options']['cells'];
  /** The fields that are used, in the order of `record`. */
  readonly fields: readonly Field[];
  /** Side of what the network is shown in training (pixels): of a crop of a field, or the square around a cell. */
  readonly crop: number;
  readonly normalization: RunRecord['normalization'];
  /** Where fields are normalized by plate. */
  readonly plates: Plates | undefined;
  /** What `run.json` says of the fields. */
  readonly record: RunRecord['fields'];
}

type Readable = ExaminedScreen['readable'];

/** Largest side of a crop unless the user asks for more, in pixels. */
const LARGEST_CROP = 900;

/**
 * Takes the fields with a label, decodes each once, splits the readable ones and measures the training fields. Everything that
 * is wrong with table or images comes out here, before any training.
 */
export async function prepareTraining(
  screen: Screen,
  request: TrainRequest,
  console: Console,
): Promise<PreparedTraining> {
  const labelled = await readLabelled(screen, request, console);
  requireClasses(new Set(labelled.labelOf.values()), request);
  const split = (fields: readonly Field[]) =>
    splitFields(splitFieldsOf(fields, labelled), { ...request, screen: labelled.screen });
  if (request.normalization === 'plate') plateOf(labelled.screen);
  // What is wrong with --holdout should not come out only after every image has been decoded.
  split(labelled.screen.fields);
  const examined = await examineScreen(labelled, { threads: request.threads, console });
  const uses = split(examined.readable.map(({ field }) => field)).map((of): Use => ({ split: of }));
  return decideTraining(examined, { ...request, uses });
}

/** Fields as splits and protocols see them. */
export function splitFieldsOf(fields: readonly Field[], { labelOf }: LabelledScreen): SplitField[] {
  return fields.map((field) => ({ label: labelOf.get(field)!, well: wellKey(field), metadata: field.metadata }));
}

/**
 * What a training on these fields comes to; `uses` has an entry for every readable field, nothing for one that the run
 * does not know of. Throws `BadLabel` with fewer than two classes, `TooSmall` or `BadOption` when crops do not fit,
 * `BadTable` when a class has no cells to train on.
 */
export function decideTraining(
  { screen, labelOf, table, readable, skipped, hashes }: ExaminedScreen,
  { uses, ...request }: Omit<TrainRequest, 'holdout' | 'fraction'> & { readonly uses: readonly (Use | undefined)[] },
): PreparedTraining {
  const known = readable.flatMap((of, i) => (uses[i] ? [{ ...of, ...uses[i], label: labelOf.get(of.field)! }] : []));
  const placed = request.cells && placeCells(known, request.cells);
  const used: readonly ((typeof known)[number] & { readonly cells?: number })[] = placed?.used ?? known;
  const trained = used.filter(({ split }) => split === 'train');
  const labels = new Set(trained.map(({ label }) => label));
  requireClasses(labels, request);
  const classes = [...new Set([...labels].flatMap(labelParts))].sort();
  const { enlarge } = request;
  const usual = defaultCrop(used, enlarge);
  const crop = request.cells?.size ?? request.crop ?? usual;
  requireSize(used, { crop, enlarge, option: request.cells ? '--cell-size' : '--crop' });
  const { mean, deviation } = normalizationOf(trained.map(({ measured }) => measured));
  const folder = dirname(screen.source);
  const batch = ['Metadata_Batch', 'Metadata_Plate'].map((name) => findColumn(screen.columns, name)).find(Boolean);
  return {
    screen,
    table,
    classes,
    skipped: [...skipped, ...(placed?.skipped ?? [])],
    cells: request.cells ? planCells(used, { ...request.cells, crop: usual }) : null,
    fields: used.map(({ field }) => field),
    crop,
    normalization: { mean: [...mean], deviation: [...deviation], scope: request.normalization },
    plates:
      request.normalization === 'plate'
        ? measurePlates(
            screen,
            readable.map(({ field, measured }) => [field, measured]),
          )
        : undefined,
    record: used.map(({ field, measured, split, tested, cells }) => ({
      imageNumber: field.imageNumber,
      split,
      ...(tested && { tested }),
      label: labelOf.get(field)!,
      well: wellKey(field),
      ...(batch && { batch: field.metadata[batch]! }),
      ...(cells !== undefined && { cells }),
      channelMeans: channelMeans(measured).map(Math.fround),
      files: [...new Set(field.sources.map(({ file }) => file))].map((file) => ({
        file: relative(folder, file),
        sha256: hashes.get(file) ?? null,
      })),
    })),
  };
}

function requireClasses(labels: ReadonlySet<string>, { screen, label }: Pick<TrainRequest, 'screen' | 'label'>): void {
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

/** Seven eighths of the smallest field, at most 900 pixels; enlarged, a crop of so much less that it costs the same. */
function defaultCrop(readable: Readable, enlarge: number): number {
  const smallest = Math.min(...readable.map(({ height, width }) => Math.min(height, width)));
  const side = Math.min(LARGEST_CROP, Math.floor((smallest * 7) / 8));
  return Math.max(smallestField(enlarge), Math.floor(side / enlarge));
}

function requireSize(
  readable: Readable,
  { crop, enlarge, option }: { crop: number; enlarge: number; option: string },
): void {
  const least = smallestField(enlarge);
  if (crop < least) {
    throw new MilscopeError('BadOption', {
      option,
      problem: 'the network sees nothing in so small a square',
      found: `${crop} pixels`,
      expected: `at least ${least}`,
    });
  }
  const small = readable.find(({ height, width }) => Math.min(height, width) < crop);
  if (!small) return;
  throw new MilscopeError('TooSmall', {
    file: small.field.sources[0]?.file,
    problem: `the field is smaller than ${option === '--crop' ? 'a crop' : 'the square around a cell'}`,
    found: `${small.width} × ${small.height} pixels`,
    expected: `at least ${crop} × ${crop}`,
    remedy:
      crop === least
        ? `the network needs ${least} pixels a side: leave the field out, or give larger ones`
        : `give a smaller ${option}, or leave the field out of the table`,
  });
}

/** SHA-256 of everything that decides what is learned: the name of a run. */
export function hashRun(record: Omit<RunRecord, 'hash' | 'started' | 'command' | 'versions' | 'screen'>): string {
  const { workers: _, ...options } = record.options;
  return sha256(JSON.stringify({ ...record, options }));
}
