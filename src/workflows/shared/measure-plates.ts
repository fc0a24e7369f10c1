import type { Console } from '../../cli/console.ts';
import { createProgress } from '../../cli/progress.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import { sumChannels } from '../../pixels/channel-sums.ts';
import { checkFields } from '../../screen/check-fields.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import type { AdjustField } from '../../screen/plates.ts';
import { matchPlates, measurePlates, plateOf } from '../../screen/plates.ts';
import type { Screen } from '../../screen/screen.ts';

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
  const { readable } = await checkFields(
    screen,
    {
      threads,
      measure: (_, image) => sumChannels(image),
      onProgress: (done) => progress.update(done),
    },
    nodeAccess,
  );
  const plates = measurePlates(
    screen,
    readable.map(({ field, measured }) => [field, measured]),
  );
  progress.finish(`${Object.keys(plates).length} plates`);
  return matchPlates(screen, { plates, normalization });
}
