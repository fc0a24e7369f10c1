import type { NoveltyFields } from '../../network/novelty-fields.ts';
import { fitNovelty, type TrainedFeatures } from '../../prediction/novelty/reference.ts';
import { levelsFor, measureBlocks } from '../../profiling/block-spectrum.ts';
import type { Field } from '../../screen/screen.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import type { RunningHost } from '../host.ts';
import type { TrainingPlan } from './plan-training.ts';
import type { PlannedFields } from './training-inputs.ts';

/** Fields that a reference is made of at most, evenly drawn: more say no more about where fields lie. */
const MOST_FIELDS = 2000;

/**
 * What a model will know of the fields that it was trained on, and of those that validated: see `fitNovelty`. They are measured as
 * the network sees them, after plates were made alike. Where fields may have several labels, they are one class.
 */
export async function measureNovelty(
  { fields: used, normalization, options: { head } }: Pick<TrainingPlan, 'fields' | 'normalization' | 'options'>,
  { fields, source, adjust }: PlannedFields,
  { threads, signal }: Pick<RunningHost, 'threads' | 'signal'>,
): Promise<NoveltyFields | undefined> {
  const known = used.flatMap((of, place) => (of.split === 'test' ? [] : [{ ...of, field: fields[place]! }]));
  const step = Math.max(1, known.length / MOST_FIELDS);
  const drawn = known.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
  const alone = normalization.scope === 'field';
  const imageOf = async (field: Field) => {
    const image = await source.read(field);
    return image && adjust ? adjust(field, image) : image;
  };
  let levels: number | undefined;
  let measured: TrainedFeatures[] = [];
  for (let again = true; again; ) {
    again = false;
    for await (const { of, image } of mapInOrder(drawn, threads, async (of) => ({
      of,
      image: await imageOf(of.field),
    }))) {
      if (signal.aborted) return undefined;
      if (!image) continue;
      // All fields are measured in as many octaves as the smallest has.
      if (levels !== undefined && levelsFor(image) < levels) again = true;
      levels = Math.min(levels ?? Number.POSITIVE_INFINITY, levelsFor(image));
      if (again) continue;
      const features = measureBlocks(image, { levels, alone })!;
      if (!features.every(Number.isFinite)) continue;
      measured.push({ features, label: head === 'sigmoid' ? '' : of.label, well: of.well });
    }
    if (again) measured = [];
  }
  return levels === undefined ? undefined : fitNovelty(measured, { levels, alone });
}
