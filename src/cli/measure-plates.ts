import type { ModelDescription } from '../network/model-file.ts';
import { checkFields } from '../screen/check-fields.ts';
import type { Screen } from '../screen/screen.ts';
import { sumChannels } from '../training/statistics.ts';
import type { Console } from './console.ts';
import { matchPlates, measurePlates, plateOf } from './plates.ts';
import type { AdjustField } from './predict-rows.ts';
import { createProgress } from './progress.ts';

/**
 * What is to be done to the intensities of a screen before a model sees them: nothing, unless it is normalized by plate;
 * then every field is looked at first. Throws `MissingColumn` when the screen does not name its plates.
 */
export async function adjustmentFor(
  { normalization }: ModelDescription,
  { screen, threads, console }: { screen: Screen; threads: number; console: Console },
): Promise<AdjustField | undefined> {
  if (normalization.scope !== 'plate') return undefined;
  plateOf(screen);
  const progress = createProgress(console, { label: 'measuring plates', total: screen.fields.length, unit: 'fields' });
  const { readable } = await checkFields(screen, {
    threads,
    measure: (_, image) => sumChannels(image),
    onProgress: (done) => progress.update(done),
  });
  const plates = measurePlates(
    screen,
    readable.map(({ field, measured }) => [field, measured]),
  );
  progress.finish(`${Object.keys(plates).length} plates`);
  return matchPlates(screen, { plates, normalization });
}
