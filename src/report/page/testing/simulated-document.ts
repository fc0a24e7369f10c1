/** A report of a run that never was, with everything that a page can show. */

import type { Metrics } from '../../../evaluation/evaluate.ts';
import { averagePrecisions, confusionCounts, meanOfKnown, perClass } from '../../../evaluation/metrics.ts';
import { channelColoursOf } from '../../../pixels/channel-colours.ts';
import { cssColour } from '../../../pixels/palette.ts';
import { type Gallery, REPORT_VERSION, type ReportDocument } from '../document.ts';
import type { ReportFiles } from '../page.ts';
import { simulateAssay } from './simulated-assay.ts';
import { CHANNELS, MECHANISMS, simulateFields } from './simulated-fields.ts';
import { simulatePicture, simulateSheets } from './simulated-pictures.ts';

export interface SimulatedReport {
  readonly document: ReportDocument;
  readonly files: ReportFiles;
}

/** Side of a field (pixels). */
const SIDE = 1024;

/** A run on `plates` plates; with `thumbnails` so many fields have pictures, with `assay` its wells have scores. */
export async function simulateReport({
  plates = 6,
  rows = 6,
  columns = 10,
  sites = 4,
  classes = 12,
  thumbnails = 600,
  galleries = 2,
  assay = true,
  seed = 1,
}: {
  plates?: number;
  rows?: number;
  columns?: number;
  sites?: number;
  classes?: number;
  thumbnails?: number;
  /** Pictures of each kind for each class. */
  galleries?: number;
  assay?: boolean;
  seed?: number;
} = {}): Promise<SimulatedReport> {
  const fields = simulateFields({ plates, rows, columns, sites, classes, seed, thumbnails });
  const names = MECHANISMS.slice(0, classes);
  const sheets = await simulateSheets(Math.min(thumbnails, fields.rows));
  const pictures = new Map<string, Uint8Array>(sheets.map(({ bytes }, s) => [`sheet-${s}.webp`, bytes]));
  const metrics = metricsOf(fields, names);
  const document: ReportDocument = {
    version: REPORT_VERSION,
    kind: 'train',
    title: `Mechanisms of action on ${plates} simulated plates`,
    source: 'runs/simulated',
    headline: headlineOf(metrics),
    classes: names,
    channels: channelColoursOf(CHANNELS).map((colour, c) => ({ name: CHANNELS[c]!, colour: cssColour(colour) })),
    fields: { unit: 'field', rows: fields.rows, columns: fields.columns },
    sheets: sheets.map(({ tiles, side, columns: across }, s) => {
      return { file: `sheet-${s}.webp`, width: side, height: side, columns: across, tiles };
    }),
    sheetsNote:
      thumbnails < fields.rows
        ? `Only ${thumbnails} of ${fields.rows} fields have pictures, so that the page stays small.`
        : null,
    galleries: await simulateGalleries({ fields, names, each: galleries, pictures }),
    metrics,
    assay: assay
      ? simulateAssay(['Week1_22123', 'Week1_22224', 'Week1_22325'].slice(0, plates), { rows: Math.min(8, rows + 2) })
      : null,
    comparison: null,
    training: trainingOf(classes),
    segmentation: null,
    map: { how: `PCA of the profiles of all ${fields.rows} fields` },
    skipped: [
      {
        imageNumber: '4012',
        file: 'Week4_27861/Week4_270707_C07_s2_w2.tif',
        tag: 'DamagedImage',
        message: 'the strip at byte 81,920 ends before its 4,096 bytes',
      },
    ],
    made: madeOf(),
  };
  return {
    document,
    files: {
      async read(name) {
        const bytes = pictures.get(name);
        if (bytes === undefined) throw new Error(`no picture ${name}`);
        return bytes;
      },
    },
  };
}

type Fields = ReturnType<typeof simulateFields>;

function metricsOf({ truth, predicted, probabilities, rows }: Fields, names: readonly string[]): Metrics {
  const sets = { truth: truth.map((k) => [k]), predicted: predicted.map((k) => [k]) };
  const precisions = averagePrecisions(sets.truth, probabilities.flat(), names.length);
  const classes = perClass(names, sets, precisions);
  const correct = truth.filter((k, i) => k === predicted[i]).length;
  const interval = (value: number) => ({ low: value - 0.02, high: Math.min(1, value + 0.015), method: 'simulated' });
  const baseline = (share: number, how: string) => ({
    n: rows,
    correct: Math.round(share * rows),
    accuracy: share,
    how,
  });
  const accuracy = correct / rows;
  const mean = meanOfKnown(classes.map(({ recall }) => recall))!;
  return {
    unit: 'field',
    columns: {
      label: 'Metadata_MOA',
      treatment: 'Metadata_Treatment',
      replicate: 'Metadata_Replicate',
      batch: 'Metadata_Plate',
    },
    labels: 'one',
    images: {
      ...{ n: rows, correct, accuracy, meanClassAccuracy: mean, meanAveragePrecision: meanOfKnown(precisions)! },
      interval95: { accuracy: interval(accuracy), meanClassAccuracy: interval(mean) },
      ...{ of: 'fields that were held out', usedInTraining: 0, trainedOn: 0, unlabelled: 0 },
    },
    wells: null,
    treatments: {
      total: 96,
      correct: 92,
      accuracy: 92 / 96,
      interval95: { low: 0.9, high: 0.99, method: 'simulated' },
      misclassified: [],
    },
    perClass: classes,
    confusion: { classes: names, counts: confusionCounts(sets.truth, sets.predicted, names.length) },
    baselines: {
      majorityClass: baseline(0.14, 'the most frequent class, always'),
      meanIntensity: baseline(0.31, 'a linear classifier on the mean intensity of each channel'),
      batchAlone: baseline(0.22, 'the most frequent class of the plate'),
    },
  };
}

function headlineOf({ images, treatments, baselines }: Metrics): ReportDocument['headline'] {
  const { n, correct, accuracy, interval95 } = images;
  const [low, high] = [interval95.accuracy.low, interval95.accuracy.high].map((value) => value.toFixed(3));
  return {
    sentences: [
      `${correct.toLocaleString('en')} of ${n.toLocaleString('en')} held-out fields are right (${accuracy.toFixed(3)}; 95 % interval ${low} to ${high}).`,
      `${treatments.correct} of ${treatments.total} treatments are right. The mean of the classes is ${images.meanClassAccuracy.toFixed(3)}, and mean average precision ${images.meanAveragePrecision.toFixed(3)}.`,
      'The weakest class is taken for DNA replication where it is wrong.',
    ],
    facts: [
      { value: accuracy.toFixed(3), name: 'of fields right', kind: 'good' },
      { value: `${treatments.correct}/${treatments.total}`, name: 'treatments right' },
      { value: n.toLocaleString('en'), name: 'fields' },
      { value: '12', name: 'classes' },
      { value: '1', name: 'unread field', kind: 'bad' },
    ],
    baselines: [
      { name: 'Mean intensities', accuracy: baselines.meanIntensity.accuracy!, how: baselines.meanIntensity.how },
      { name: 'Plate alone', accuracy: baselines.batchAlone.accuracy!, how: baselines.batchAlone.how },
      { name: 'Majority class', accuracy: baselines.majorityClass.accuracy!, how: baselines.majorityClass.how },
    ],
    worries: [
      {
        serious: true,
        problem: '1 field could not be read',
        remedy: 'It is listed under Skipped fields with the reason.',
      },
      {
        serious: false,
        problem: 'Channel Actin is cut off at 65,535 in 14 fields',
        remedy: 'Use a shorter exposure in the next experiment.',
      },
    ],
  };
}

async function simulateGalleries({
  fields,
  names,
  each,
  pictures,
}: {
  fields: Fields;
  names: readonly string[];
  each: number;
  pictures: Map<string, Uint8Array>;
}): Promise<Gallery[]> {
  const galleries: Gallery[] = [];
  for (const [k, name] of names.entries()) {
    const own = fields.truth.flatMap((label, i) => (label === k ? [i] : []));
    const order = own.toSorted((a, b) => fields.probabilities[b]![k]! - fields.probabilities[a]![k]!);
    const least = own.toSorted((a, b) => Math.max(...fields.probabilities[a]!) - Math.max(...fields.probabilities[b]!));
    const kinds = {
      best: order.slice(0, each),
      worst: order.toReversed().slice(0, each),
      'least sure': least.slice(0, each),
    } as const;
    for (const [kind, chosen] of Object.entries(kinds) as [Gallery['kind'], number[]][]) {
      const entries: Gallery['entries'][number][] = [];
      for (const field of chosen) {
        const [picture, overlay] = [`field-${field}.webp`, `field-${field}-map.webp`];
        const drawn = await simulatePicture(picture, 256);
        pictures.set(picture, drawn.picture);
        pictures.set(overlay, drawn.overlay);
        entries.push({ field, picture, overlay, width: SIDE, height: SIDE, pixelSize: 0.5 });
      }
      galleries.push({ class: name, kind, entries });
    }
  }
  return galleries;
}

function trainingOf(classes: number): NonNullable<ReportDocument['training']> {
  const fall = (epoch: number, from: number, to: number) => to + (from - to) * Math.exp(-epoch / 7);
  return {
    epochs: Array.from({ length: 30 }, (_, e) => ({
      epoch: e + 1,
      trainingLoss: fall(e, 2.4, 0.18),
      trainingAccuracy: 1 - fall(e, 0.9, 0.03),
      validationLoss: fall(e, 2.5, 0.35) + 0.004 * Math.max(0, e - 18),
      validationAccuracy: 1 - fall(e, 0.9, 0.08) - 0.002 * Math.max(0, e - 22),
    })),
    chosenEpoch: 22,
    pooling: 'noisy-and',
    sharpness: 10,
    thresholds: Array.from({ length: classes }, (_, k) => 0.2 + 0.05 * ((5 * k) % 12)),
    parameters: 480_126,
    seconds: 5_412,
  };
}

function madeOf(): ReportDocument['made'] {
  return {
    command:
      'milscope train plates/fields.csv --label Metadata_MOA --holdout Metadata_Replicate=3 --out runs/simulated',
    date: '2026-11-30T09:12:00Z',
    versions: { milscope: '0.1.0', node: '24.1.0', 'onnxruntime-node': '1.30.0' },
    options: [
      { name: '--label', value: 'Metadata_MOA' },
      { name: '--pooling', value: 'noisy-and' },
      { name: '--sharpness', value: '10' },
      { name: '--epochs', value: '30' },
    ],
    hashes: [{ name: 'model.onnx', hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' }],
    methods:
      'Fields were classified with milscope 0.1.0 by a convolutional network with Noisy-AND pooling (Kraus et al. 2016).',
    references: [
      'Kraus OZ, Ba JL, Frey BJ (2016). Classifying and segmenting microscopy images with deep multiple instance learning. Bioinformatics 32:i52.',
    ],
  };
}
