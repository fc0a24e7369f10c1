import type { ModelDescription } from '../../network/model-file.ts';
import { sumChannels } from '../../pixels/channel-sums.ts';
import { checkFields } from '../../screen/check-fields.ts';
import type { AdjustField } from '../../screen/plates.ts';
import { matchPlates, measurePlates, plateOf } from '../../screen/plates.ts';
import type { Screen } from '../../screen/screen.ts';
import type { RunningHost } from '../host.ts';
import { beginTask } from '../task.ts';

/**
 * How the intensities of a screen are changed before a model sees them: not at all, unless the model is normalized by plate;
 * then every field is measured first.
 *
 * @throws MissingColumn when the screen does not name its plates
 */
export async function adjustmentFor(
  { normalization }: ModelDescription,
  screen: Screen,
  host: RunningHost,
): Promise<AdjustField | undefined> {
  if (normalization.scope !== 'plate') return undefined;
  plateOf(screen);
  const task = beginTask(host, { task: 'measuring plates', total: screen.fields.length, unit: 'fields' });
  const { readable } = await checkFields(
    screen,
    {
      threads: host.threads,
      measure: (_, image) => sumChannels(image),
      onProgress: (done) => task.update(done),
    },
    host,
  );
  const plates = measurePlates(
    screen,
    readable.map(({ field, measured }) => [field, measured]),
  );
  task.end(`${Object.keys(plates).length} plates`);
  return matchPlates(screen, { plates, normalization });
}
