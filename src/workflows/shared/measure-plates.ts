import type { ModelDescription } from '../../network/model-file.ts';
import { sumChannels } from '../../pixels/channel-sums.ts';
import { checkFields } from '../../screen/check-fields.ts';
import { type AdjustField, matchPlates, measurePlates, plateOf } from '../../screen/plates.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { counted } from '../../words.ts';
import type { RunningHost } from '../host.ts';
import { beginTask } from '../task.ts';

/** How fields are changed, and what that rests on. */
export interface Adjustment {
  readonly adjust: AdjustField;
  /** What was measured of the plates of some fields, as text: fields of which it is the same are changed alike. */
  readonly measured: (fields: readonly Field[]) => string;
}

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
): Promise<Adjustment | undefined> {
  if (normalization.scope !== 'plate') return undefined;
  const nameOf = plateOf(screen);
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
  task.end(counted(Object.keys(plates).length, 'plate'));
  return {
    adjust: matchPlates(screen, { plates, normalization }),
    measured: (fields) => JSON.stringify([...new Set(fields.map(nameOf))].map((name) => [name, plates[name]])),
  };
}
