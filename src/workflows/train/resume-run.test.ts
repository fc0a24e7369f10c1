import { describe, expect, it } from 'vitest';
import { decisiveFields } from '../request-fields.ts';
import { type PlanInputs, planTraining } from './plan-training.ts';
import { trainRequest } from './request.ts';
import { requireSameRequest } from './resume-run.ts';
import { examinedScreen, machine, requestOf } from './testing/examined-screen.ts';

/** Every option but those of cells, with a value that is not its default; of each, another value. */
const given: Readonly<Record<string, readonly [unknown, unknown]>> = {
  label: ['MOA', 'Plate'],
  head: ['sigmoid', 'softmax'],
  pooling: ['mean', 'max'],
  sharpness: [5, 6],
  from: ['model.onnx', 'other.onnx'],
  holdout: [['Plate=Plate2'], ['Plate=Plate1']],
  fraction: [0.9, 0.8],
  validation: [0.2, 0.3],
  epochs: [3, 4],
  batch: [4, 5],
  microBatch: [2, 3],
  crop: [100, 101],
  firstCrop: [70, 71],
  enlarge: [2, 3],
  normalization: ['plate', 'field'],
  controlColumn: ['MOA', 'Plate'],
  negative: [['a'], ['b']],
  plateMeasure: ['median', 'mean'],
  learningRate: [0.01, 0.02],
  thresholdLearningRate: [0.03, 0.04],
  dropout: [0.5, 0.6],
  balance: ['weights', 'cap=2'],
  jitter: [0.1, 0.2],
  averaging: [0.9, 0.8],
  schedule: ['constant', 'one-cycle'],
  plan: ['reference', 'blocked'],
  channels: [['DNA', 'Actin=w2'], ['Actin']],
  level: [1, 2],
  projection: ['mean', 'none'],
  pages: ['depth', 'channels'],
  illumination: ['functions.csv', 'none'],
  pattern: ['(?<Well>.*)', '(?<Site>.*)'],
  annotations: ['drugs.csv', 'others.csv'],
  on: [['Plate', 'Well'], ['Well']],
  plateMap: ['map.csv', 'other.csv'],
  plateFormat: [96, 384],
  seed: [7, 8],
};
/** Cells are trained on in place of crops. */
const givenCells: typeof given = {
  instances: ['cells', 'cropped-cells'],
  bag: ['well', 'field'],
  cells: ['auto', 'others.csv'],
  cellSize: [70, 71],
  nucleiChannel: ['DNA', 'Actin'],
  diameter: [12, 13],
};

const valuesOf = (of: typeof given) => Object.fromEntries(Object.entries(of).map(([name, [value]]) => [name, value]));
const examined = examinedScreen();
const cells = {
  ...{ file: 'nuclei in DNA', sha256: 'hash of the cells', size: 70, unknown: [] },
  nuclei: { channel: 'DNA', diameter: 12 },
  byImage: new Map(examined.readable.map(({ field }) => [field.imageNumber, [{ x: 50, y: 50 }]])),
};

/** What a run records that was begun with all of these. */
const begin = (options: Readonly<Record<string, unknown>>, inputs: PlanInputs) =>
  planTraining(examined, requestOf(options), inputs, machine);
const begun = await begin(valuesOf(given), { from: { file: 'model.onnx', sha256: 'hash of the model' } });
const { crop: _, firstCrop: ___, enlarge: __, ...withCells } = valuesOf({ ...given, ...givenCells });
const begunOnCells = await begin(withCells, { cells, from: begun.options.from });

describe('a run that is resumed', () => {
  it('is compared in every option that is not said to decide nothing', () => {
    expect(Object.keys({ ...given, ...givenCells }).sort()).toEqual([...decisiveFields(trainRequest)].sort());
    const undecisive = Object.keys(trainRequest.shape).filter((name) => !decisiveFields(trainRequest).includes(name));
    expect(undecisive.sort()).toEqual([
      'keepEpochs',
      'maxPixels',
      'out',
      'overwrite',
      'positive',
      'report',
      'resume',
      'screen',
      'workers',
    ]);
  });

  it('goes on with the same options, wherever it is and however many workers it has', () => {
    expect(() => requireSameRequest(requestOf(valuesOf(given)), begun)).not.toThrow();
    expect(() => requireSameRequest(requestOf(withCells), begunOnCells)).not.toThrow();
    const moved = { screen: 'elsewhere.csv', out: 'moved', workers: 1, resume: true };
    expect(() => requireSameRequest(requestOf({ ...valuesOf(given), ...moved }), begun)).not.toThrow();
    const open = { plan: 'auto', normalization: 'auto' };
    expect(() => requireSameRequest(requestOf({ ...valuesOf(given), ...open }), begun)).not.toThrow();
  });

  it.each(decisiveFields(trainRequest))('is refused with another %s', (name) => {
    const onCells = name in givenCells;
    const options = { ...(onCells ? withCells : valuesOf(given)), [name]: { ...given, ...givenCells }[name]![1] };
    expect(() => requireSameRequest(requestOf(options), onCells ? begunOnCells : begun)).toThrow(
      expect.objectContaining({ tag: 'ResumeMismatch', details: expect.objectContaining({ option: name }) }),
    );
  });

  it.each(decisiveFields(trainRequest))('is refused with %s if it was begun without', async (name) => {
    const usual = await begin({ label: 'Well', normalization: 'screen' }, {});
    const value = { ...given, ...givenCells }[name]![0];
    expect(() => requireSameRequest(requestOf({ label: 'Well', [name]: value }), usual)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ option: name }) }),
    );
  });
});
