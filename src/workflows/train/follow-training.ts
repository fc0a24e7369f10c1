import type { Console } from '../../cli/console.ts';
import { interruptible } from '../../cli/interrupt.ts';
import { createProgress } from '../../cli/progress.ts';
import { writeWhole } from '../../files/write-whole.ts';
import { fieldsPerEpoch } from '../../training/balance.ts';
import { encodeCheckpoint } from '../../training/checkpoint.ts';
import type { TrainingInputs } from '../../training/inputs.ts';
import type { TrainingState } from '../../training/state.ts';
import { combination } from '../../training/targets.ts';
import { train } from '../../training/trainer.ts';
import { openEpochLog, type RunRecord, runFiles } from '../shared/run-folder.ts';

/**
 * Trains to the end, or until the user interrupts; writes the log and a checkpoint at every epoch. With `fleeting`, only
 * the bar of a terminal shows how far it has come.
 */
export async function followTraining(
  inputs: TrainingInputs,
  { record, folder, fleeting, console }: { record: RunRecord; folder: string; fleeting?: boolean; console: Console },
): Promise<TrainingState | 'interrupted'> {
  const { epochs } = record.options;
  const first = inputs.state?.epoch ?? 1;
  const log = await openEpochLog(folder, { from: first });
  const save = (state: TrainingState) => writeWhole(runFiles(folder).checkpoint, encodeCheckpoint(state));
  const perEpoch = fieldsPerEpoch(inputs.fields.map(combination), inputs.options.balance);
  const start = (first - 1) * perEpoch + (inputs.state?.tally.fields ?? 0);
  const unit = record.options.cells ? 'cells' : 'fields';
  const total = epochs * perEpoch;
  const progress = createProgress(console, { label: 'training', total, unit, start, ...(fleeting && { fleeting }) });
  const interruption = interruptible();
  let last = inputs.state;
  let began = performance.now();
  try {
    for await (const event of train(inputs)) {
      last = event.state;
      if (event.kind === 'step') {
        const { loss, correct, fields } = event.state.tally;
        const figures = `loss ${(loss / fields).toFixed(3)}  accuracy ${(correct / fields).toFixed(3)}`;
        const done = (event.state.epoch - 1) * perEpoch + fields;
        progress.update(done, `epoch ${event.state.epoch} of ${epochs}  ${figures}`);
        if (interruption.asked()) {
          await save(event.state);
          progress.finish(`interrupted in epoch ${event.state.epoch}`);
          return 'interrupted';
        }
      } else {
        const { epoch, training, validation, rate, isBest } = event;
        await log({
          epoch,
          trainingLoss: training.loss / training.fields,
          trainingAccuracy: training.correct / training.fields,
          validationLoss: validation ? validation.loss / validation.fields : null,
          validationAccuracy: validation ? validation.correct / validation.fields : null,
          learningRate: rate,
          best: isBest,
          seconds: (performance.now() - began) / 1000,
        });
        began = performance.now();
        await save(event.state);
        if (validation) {
          const { loss, correct, fields } = validation;
          const several = record.options.head === 'sigmoid';
          const figures = several ? `validation loss ${(loss / fields).toFixed(3)}, ` : '';
          progress.note(
            `epoch ${epoch}: ${figures}${correct} of ${fields} validation ${unit} right` +
              `${several ? ' at 0.5' : ''}${isBest ? ', the best so far' : ''}`,
          );
        }
      }
    }
    progress.finish();
    return last!;
  } finally {
    interruption.end();
  }
}
