import { MilscopeError, named } from '../../errors.ts';
import { join } from '../../files/paths.ts';
import { isThere } from '../../files/read-text.ts';
import { createBehindWriter } from '../../files/write-behind.ts';
import { encodeModelFile } from '../../network/model-file.ts';
import { formatSkipped } from '../../screen/skipped.ts';
import { encodeCheckpoint } from '../../training/checkpoint.ts';
import type { TrainingState } from '../../training/state.ts';
import type { Host, RunningHost } from '../host.ts';
import { reportIn } from '../shared/report/places.ts';
import { reportOnRun } from '../shared/report/report-on-run.ts';
import { tryReport } from '../shared/report/try-report.ts';
import { removeReport } from '../shared/report/write-report.ts';
import { requireWritable } from '../shared/require-writable.ts';
import { requireResumeOrOverwrite } from '../shared/resume-or-overwrite.ts';
import { openEpochLog, type RunRecord, runFiles, writeRunRecord } from '../shared/run-folder.ts';
import type { TrainingPlan } from './plan-training.ts';
import type { TrainRequest, TrainResult } from './request.ts';
import type { RunPart, TestedModel, TrainedModel } from './run-parts.ts';
import { describePlanned } from './trained/create-model.ts';

/** Refuses to replace a run unasked; with `overwrite`, removes its files. @throws BadOption, OutputExists, CannotWrite */
export async function refuseExisting(
  { out, resume, overwrite }: Pick<TrainRequest, 'out' | 'resume' | 'overwrite'>,
  { files }: Pick<Host, 'files'>,
): Promise<void> {
  requireResumeOrOverwrite({ resume, overwrite });
  await requireWritable(out, { files }, { folder: true });
  const paths = runFiles(out);
  if (resume || !(await isThere(paths.run, files))) return;
  if (!overwrite) {
    throw new MilscopeError('OutputExists', {
      file: out,
      problem: 'there is a run in this folder already',
      remedy: `name another folder with ${named('out')}, go on with ${named('resume')}, or replace it with ${named('overwrite')}`,
    });
  }
  await removeReport(reportIn(out), { files });
  // The record goes last: as long as it is there, the folder is a run.
  const { run, ...rest } = paths;
  const { epochs } = keptEpochs(out);
  if ((await files.status(epochs))?.kind === 'folder') {
    for (const { name } of await files.list(epochs))
      if (/^\d+\.onnx$/.test(name)) await files.remove(join(epochs, name));
  }
  for (const path of [...Object.values(rest), run]) await files.remove(path);
}

/** Where the models of epochs are kept. */
function keptEpochs(folder: string) {
  const epochs = join(folder, 'epochs');
  return { epochs, modelOf: (epoch: number) => join(epochs, `${String(epoch).padStart(4, '0')}.onnx`) };
}

/** Writes what a run begins with into its folder: `skipped.csv` and `run.json`. */
export async function writePlan({ skipped, ...decided }: TrainingPlan, folder: string, host: Host): Promise<void> {
  const { versions, command, folder: begun } = host.about;
  const record: RunRecord = {
    ...decided,
    versions: { ...versions },
    started: host.clock.now().toISOString(),
    command: [...command],
    ...(begun !== undefined && { folder: begun }),
  };
  await host.files.write(runFiles(folder).skipped, formatSkipped(skipped, host.nameOption));
  await writeRunRecord(folder, record, host.files);
}

/**
 * Writes every part of a run into its folder as it comes, and says what became of the run.
 *
 * @param keepEpochs whether the weights of every epoch that is the best so far become a model, without what is chosen at the end
 * @throws what `parts` throws
 */
export async function writeRun(
  plan: TrainingPlan,
  { folder, parts, keepEpochs }: { folder: string; parts: AsyncIterable<RunPart>; keepEpochs: boolean },
  host: RunningHost,
): Promise<TrainResult> {
  const { files, nameOption } = host;
  const paths = runFiles(folder);
  const behind = createBehindWriter();
  let report: string | null = null;
  let log: Awaited<ReturnType<typeof openEpochLog>> | undefined;
  let [model, test, skipped]: [TrainedModel?, TestedModel?, TrainingPlan['skipped']?] = [];
  /** What a training can be resumed from. */
  const keep = (state: TrainingState) => {
    const bytes = encodeCheckpoint(state);
    behind.write(() => files.write(paths.checkpoint, bytes));
  };
  try {
    for await (const part of parts) {
      // Everything of an epoch is there before anything of the next is written.
      await behind.flush();
      if (part.part === 'epoch') {
        const { line, state } = part;
        log ??= await openEpochLog(folder, { from: line.epoch }, files);
        const writeLine = log;
        behind.write(() => writeLine(line));
        const { best } = state;
        if (keepEpochs && best?.epoch === line.epoch) {
          const bytes = encodeModelFile(best.parameters, describePlanned(plan));
          behind.write(() => files.write(keptEpochs(folder).modelOf(best.epoch), bytes));
        }
        keep(state);
      } else if (part.part === 'stopped') {
        keep(part.state);
      } else if (part.part === 'left out') {
        skipped = part.skipped;
        await files.write(paths.skipped, formatSkipped(skipped, nameOption));
      } else if (part.part === 'model') {
        model = part.model;
        await files.write(paths.model, model.bytes);
      } else if (part.part === 'pictures') {
        report = await tryReport(true, host, () => reportOnRun(folder, { pictures: part.pictures }, host));
      } else {
        test = part.test;
        await files.write(paths.predictions, test.table);
        if (test.metrics) await files.write(paths.metrics, `${JSON.stringify(test.metrics, undefined, 2)}\n`);
      }
    }
  } finally {
    // Where the training failed, that is what is told.
    await behind.flush().catch(() => undefined);
  }
  await behind.flush();
  const { hash: modelHash, epoch: bestEpoch, temperature, thresholds } = model!;
  return {
    run: folder,
    model: paths.model,
    modelHash,
    runHash: plan.runHash,
    epochs: plan.options.epochs,
    bestEpoch,
    temperature,
    ...(thresholds && { thresholds }),
    skipped: skipped!.length,
    skippedFile: skipped!.length > 0 ? paths.skipped : null,
    tested: test!.tested,
    report,
    ...(test!.metrics && { metrics: test!.metrics }),
  };
}
