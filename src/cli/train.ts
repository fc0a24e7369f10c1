import { formatMetrics } from '../evaluation/format.ts';
import type { Spread } from '../evaluation/spread.ts';
import { agreeing, counted } from '../words.ts';
import { typedCommand } from '../workflows/shared/typed-command.ts';
import { repeatingRequest } from '../workflows/train/recorded-request.ts';
import type { TrainRequest, TrainResult, TrainSeedsResult } from '../workflows/train/request.ts';
import { train } from '../workflows/train/train.ts';
import { trainSeeds } from '../workflows/train/train-seeds.ts';
import type { CreateCommand } from './main.ts';
import { type CommandFace, performWorkflow, workflowCommand } from './run-workflow.ts';
import { reportLine, screenWords } from './summary-words.ts';

/** `train <screen> --label COLUMN --out <run>`: from a table of fields to a model and what it is worth. */
export const createTrainCommand: CreateCommand = (console) => {
  const command = workflowCommand(trainSeeds, console, manyFace);
  return command.action(() =>
    command.opts().seeds === undefined
      ? performWorkflow(command, train, { console, face: oneFace })
      : performWorkflow(command, trainSeeds, { console, face: manyFace }),
  );
};

const oneFace: CommandFace<TrainResult, TrainRequest> = {
  summary({ run, model, epochs, bestEpoch, temperature, thresholds, skipped, tested, metrics, report }, request) {
    const labels = Object.entries(thresholds ?? {}).map(([name, from]) => `${name} from ${from.toFixed(3)}`);
    return [
      `Trained ${counted(epochs, 'epoch')}; kept the weights of epoch ${bestEpoch}${temperature === 1 ? '' : `, with temperature ${temperature}`}.\n`,
      thresholds ? `Labels are given at probabilities of: ${labels.join(', ')}.\n` : '',
      skipped > 0
        ? `${counted(skipped, 'field')} ${agreeing(skipped, 'is', 'are')} left out: see ${run}/skipped.csv\n`
        : '',
      metrics ? `Tested on ${tested}.\n\n${formatMetrics(metrics)}` : `Tested on ${tested}.\n`,
      `\n${reportLine(report)}Model: ${model}\nTo predict all fields of this screen, or another: ${predictCommand(model, request)}\n`,
    ].join('');
  },
};

/** Predicts the screen of a training, read in the same way. */
function predictCommand(model: string, request: TrainRequest): string {
  const { instances = 'cells' } = request;
  const pooled = instances === 'cells' ? ['--by', 'field'] : [];
  const cells = request.cells === undefined ? [] : ['--cells', request.cells, ...pooled];
  return typedCommand('predict', model, request.screen, ...screenWords(request), ...cells, '--out', 'predictions.csv');
}

const manyFace: CommandFace<TrainSeedsResult, TrainRequest> = {
  fromRecord: repeatingRequest,
  summary({ seeds, skipped, images, treatments }) {
    const lines = seeds.map(({ seed, run, images: of, treatments: treated }) => {
      const fields = of ? `${of.correct}/${counted(of.n, 'field')} ${of.accuracy.toFixed(3)}` : 'nothing was tested';
      const shares = treated?.accuracy == null ? '' : `   ${treated.correct}/${counted(treated.total, 'treatment')}`;
      return `seed ${String(seed).padEnd(4)} ${fields}${shares}   ${run}`;
    });
    const range = ({ mean, least, most }: Spread) => `${mean.toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)})`;
    if (images) lines.push(`Fields right, mean and range of ${counted(seeds.length, 'seed')}: ${range(images)}`);
    if (treatments) lines.push(`Treatments right, mean and range: ${range(treatments)}`);
    if (skipped > 0)
      lines.push(
        `${counted(skipped, 'field')} ${agreeing(skipped, 'is', 'are')} left out: see skipped.csv in each folder`,
      );
    return `${lines.join('\n')}\n`;
  },
  examples: [
    'milscope train fields.csv --label MOA --holdout Replicate=3 --out run',
    'milscope train fields.csv --label MOA --cells auto --out run --resume',
  ],
};
