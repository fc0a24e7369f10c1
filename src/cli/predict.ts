import { readFile, rm } from 'node:fs/promises';
import { MilscopeError } from '../errors.ts';
import { formatPredictionHeader, formatPredictions } from '../evaluation/prediction-table.ts';
import { writeWhole } from '../image/write-whole.ts';
import { SMALLEST_SIDE } from '../network/architecture.ts';
import { describeModel, type ModelDescription } from '../network/model-file.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import { PREDICTION_SESSION } from '../prediction/predict-fields.ts';
import { readScreen } from '../screen/read-screen.ts';
import type { Screen } from '../screen/screen.ts';
import { formatSkipped } from '../screen/skipped.ts';
import type { CommonOptions, Console } from './console.ts';
import { createFieldSource } from './field-source.ts';
import { sha256 } from './hash-files.ts';
import type { CreateCommand } from './main.ts';
import { createCommand, wholeNumber } from './options.ts';
import { predictRows } from './predict-rows.ts';
import { createProgress } from './progress.ts';
import { refuseTable, skippedFileOf, writeTable } from './table-file.ts';

interface PredictOptions extends CommonOptions {
  readonly out: string;
  readonly workers?: number;
  readonly overwrite: boolean;
}

/** `predict <model> <screen> --out <file.csv>`: a row of probabilities for every field. */
export const createPredictCommand: CreateCommand = (console) =>
  createCommand('predict', 'Give every field of a screen its class and how probable each class is.')
    .argument('<model>', 'model.onnx of a run')
    .argument('<screen>', 'table of fields (CSV or TSV in LoadData columns)')
    .requiredOption('--out <file>', 'table of predictions to write (.csv)')
    .option('--workers <n>', 'fields predicted at once (default: --threads)', wholeNumber({ least: 1 }))
    .option('--overwrite', 'replace the table', false)
    .action(async (model: string, screen: string, options: PredictOptions) => {
      const result = await predictScreen({ modelPath: model, screenPath: screen, options, console });
      console.out(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : summary(result));
    });

interface PredictResult {
  readonly out: string;
  readonly model: string;
  readonly fields: number;
  readonly skipped: number;
  readonly skippedFile: string | null;
  readonly label: string;
  readonly predicted: Readonly<Record<string, number>>;
}

function summary({ out, fields, skipped, skippedFile, label, predicted }: PredictResult): string {
  const counts = Object.entries(predicted).map(([name, count]) => `  ${String(count).padStart(6)}  ${name}\n`);
  const lost = skipped > 0 ? `${skipped} fields could not be read: see ${skippedFile}\n` : '';
  return (
    `${fields} fields predicted: ${out}\n${counts.join('')}${lost}` +
    `If the table has the truth: milscope evaluate ${out} --label ${label}\n`
  );
}

async function predictScreen({
  modelPath,
  screenPath,
  options,
  console,
}: {
  modelPath: string;
  screenPath: string;
  options: PredictOptions;
  console: Console;
}): Promise<PredictResult> {
  const { out, overwrite, threads, workers = threads } = options;
  const skippedFile = skippedFileOf(out);
  await refuseTable(out, { option: '--out', overwrite });
  const bytes = await readModel(modelPath);
  const about = describeModel(bytes, modelPath);
  const screen = await readScreen(screenPath);
  requireChannels(screen, about, modelPath);

  const total = screen.fields.length;
  const progress = createProgress(console, { label: 'predicting', total, unit: 'fields' });
  const source = createFieldSource(screen, {
    cacheBytes: 0,
    leastSide: SMALLEST_SIDE,
    onSkip: ({ message }) => progress.note(message),
  });
  const pool = createNodeSessionPool({ workers, threads: Math.max(1, Math.floor(threads / workers)) });
  const model = sha256(bytes);
  const columns = { metadata: screen.columns, classes: about.classes, channels: screen.channels };
  const predicted = Object.fromEntries(about.classes.map((name) => [name, 0]));
  let fields = 0;
  const lines = async function* () {
    yield formatPredictionHeader(columns);
    let seen = 0;
    for await (const row of predictRows(screen.fields, { pool, source, classes: about.classes, model })) {
      progress.update(++seen);
      if (!row) continue;
      fields++;
      predicted[row.predicted]!++;
      yield formatPredictions([row], columns);
    }
  };
  try {
    await pool.load(PREDICTION_SESSION, bytes);
    await writeTable(out, lines());
  } finally {
    await pool.release();
  }
  progress.finish();
  const skipped = source.skipped();
  await rm(skippedFile, { force: true });
  if (skipped.length > 0) await writeWhole(skippedFile, formatSkipped(skipped));
  const lost = skipped.length;
  return {
    out,
    model,
    fields,
    skipped: lost,
    skippedFile: lost > 0 ? skippedFile : null,
    label: about.label,
    predicted,
  };
}

async function readModel(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new MilscopeError('MissingFile', {
      file: path,
      problem: 'the model cannot be opened',
      found: (cause as { code?: string }).code ?? String(cause),
      remedy: 'give the model.onnx of a run folder',
      cause,
    });
  }
}

/** The model must be shown what it was trained on: as many channels, and the same ones where both have names. */
function requireChannels({ source, channels }: Screen, about: ModelDescription, model: string): void {
  const plain = (name: string) => name.toLowerCase();
  if (
    channels.length === about.channels.length &&
    channels.every((name, i) => plain(name) === plain(about.channels[i]!))
  ) {
    return;
  }
  throw new MilscopeError('ChannelMismatch', {
    file: source,
    problem: `these are not the channels that ${model} was trained on`,
    found: channels.join(', '),
    expected: about.channels.join(', '),
    remedy: 'name and order the FileName_ columns as in the table of the training',
  });
}
