import { MilscopeError, named } from '../../errors.ts';
import { smallestField } from '../../network/architecture.ts';
import { encodeModelFile, layersOf } from '../../network/model-file.ts';
import { readModel } from '../../network/read-model.ts';
import type { Pictures } from '../../onnx/session-pool.ts';
import { calibrateInt8 } from '../../prediction/calibrate-int8.ts';
import { calibrationPictures } from '../../prediction/calibration-pictures.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import { hashScreen } from '../../screen/hash-files.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { requireSome } from '../../screen/skipped.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import type { RunningHost } from '../host.ts';
import { type Adjustment, adjustmentFor } from '../shared/measure-plates.ts';
import { openModelScreen } from '../shared/open-model-screen.ts';
import { beginTask, tellLost } from '../task.ts';
import type { ExportRequest } from './request.ts';
import { spread } from './spread.ts';
import type { TrainedModel } from './trained-model.ts';

/** Fields that the sizes of activations are measured on, at most. */
const MOST_FIELDS = 100;

/**
 * The file of a model whose convolutions are computed in whole numbers, see `convolveInt8`: their scales are chosen on the fields of
 * a screen that the model was trained on, or on all of them where the screen is another.
 *
 * @throws BadOption without a screen, what `openModelScreen` and `adjustmentFor` throw, TooManyUnreadable when no field can be read
 */
export async function quantizeModel(
  model: TrainedModel,
  { calibrate, ...asked }: ExportRequest,
  host: RunningHost,
): Promise<Uint8Array> {
  if (calibrate === undefined) {
    throw new MilscopeError('BadOption', {
      option: 'precision',
      problem: 'the sizes of activations are not known',
      expected: `${named('calibrate')} and a screen`,
      remedy: `give the screen of the training with ${named('calibrate')}`,
    });
  }
  const network = readModel(model.bytes, model.path);
  const screen = await openModelScreen(calibrate, model, asked, host);
  const adjustment = await adjustmentFor(model.about, screen, asked, host);
  const fields = spread(await trainedOn(model, screen, host), MOST_FIELDS);
  const side = model.about.cellSize ?? smallestField(layersOf(model.about), model.about.enlarge);
  const source = createFieldSource(
    screen,
    { cacheBytes: 0, leastSide: side, check: adjustment?.check, onSkip: (field) => tellLost(host, field) },
    host,
  );
  const pool = host.pool({ workers: host.threads });
  try {
    const pictures = picturesOf(fields, { model, adjustment, read: source.read }, host);
    const int8 = await calibrateInt8(network, { pool, pictures });
    if (int8) return encodeModelFile(network.parameters, { ...model.about, int8 });
  } finally {
    await pool.release();
  }
  requireSome({ ...screen, fields }, { done: 0, skipped: source.skipped() });
  throw new Error('a field was neither read nor skipped');
}

/** What the model is shown of each field, as predictions show it; nothing for a field that cannot be read. */
async function* picturesOf(
  fields: readonly Field[],
  {
    model,
    adjustment,
    read,
  }: {
    model: TrainedModel;
    adjustment: Adjustment | undefined;
    read: ReturnType<typeof createFieldSource>['read'];
  },
  host: RunningHost,
): AsyncGenerator<Pictures | undefined> {
  const task = beginTask(host, { task: 'measuring activations', total: fields.length, unit: 'fields' });
  let done = 0;
  for await (const pictures of mapInOrder(fields, host.threads, async (field) => {
    const image = await read(field);
    return image && calibrationPictures(adjustment ? adjustment.adjust(field, image) : image, model.about);
  })) {
    yield pictures;
    task.update(++done);
  }
  task.end();
}

/** The fields that a model was trained on, where this is the screen of its run; otherwise all. */
async function trainedOn({ run }: TrainedModel, screen: Screen, host: RunningHost): Promise<readonly Field[]> {
  if (run === undefined || run.table !== (await hashScreen(screen, host))) {
    const message = `${screen.source} is not known to be the screen of the training, so any of its fields are measured`;
    host.emit({ event: 'noted', message });
    return screen.fields;
  }
  const trained = new Set(run.fields.flatMap(({ imageNumber, split }) => (split === 'train' ? [imageNumber] : [])));
  return screen.fields.filter(({ imageNumber }) => trained.has(imageNumber));
}
