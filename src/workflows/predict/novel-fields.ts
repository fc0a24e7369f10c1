import type { PredictionRow } from '../../evaluation/prediction-table.ts';
import type { NoveltyFields } from '../../network/novelty-fields.ts';
import { FLAGGED_ABOVE, isNovel, LEAST_REFERENCE, referenceSize } from '../../prediction/novelty/reference.ts';
import type { Screen } from '../../screen/screen.ts';
import { agreeing, counted } from '../../words.ts';
import type { RunningHost } from '../host.ts';
import { captionFields } from '../shared/field-captions.ts';

/** Which fields of a screen are unlike those of the training. */
export interface NoveltyReport {
  /** Training fields that they were compared with. */
  readonly reference: number;
  /** Fields whose novelty is known. */
  readonly fields: number;
  /** How many are flagged; null where the training fields are too few. */
  readonly flagged: number | null;
  /** Their numbers, the most novel first; some of many. */
  readonly imageNumbers: readonly number[];
}

/** Flagged fields that a result names, and that a message does. */
const [LISTED, TOLD] = [100, 5];

/** More flagged fields than this share (1 in 20) are worth a warning; 1 in 100 is what to expect. */
const WARNED_SHARE = 0.05;

/** Begins to gather the novelty of fields; undefined for a model that says nothing of it. */
export function gatherNovelty(reference: NoveltyFields | undefined) {
  if (!reference) return undefined;
  const size = referenceSize(reference);
  const flagged: { readonly imageNumber: number; readonly novelty: number }[] = [];
  let fields = 0;
  let last: number | undefined;
  return {
    /** Cells of a field come one after the other, and the field counts once. */
    add({ imageNumber, novelty }: Pick<PredictionRow, 'imageNumber' | 'novelty'>): void {
      if (imageNumber === last || novelty === undefined) return;
      last = imageNumber;
      fields++;
      if (isNovel(novelty, size)) flagged.push({ imageNumber, novelty });
    },
    report(): NoveltyReport {
      const found = flagged.toSorted((a, b) => b.novelty - a.novelty);
      return {
        ...{ reference: size, fields, flagged: size < LEAST_REFERENCE ? null : found.length },
        imageNumbers: found.slice(0, LISTED).map(({ imageNumber }) => imageNumber),
      };
    },
  };
}

/** Says how many fields are flagged, and names some. */
export function tellNovelty(
  report: NoveltyReport | undefined,
  screen: Pick<Screen, 'fields' | 'columns'>,
  { emit }: Pick<RunningHost, 'emit'>,
): void {
  if (!report?.flagged) return;
  const { flagged, fields, imageNumbers } = report;
  const names = captionFields(screen);
  const byNumber = new Map(screen.fields.map((field) => [field.imageNumber, field]));
  const told = imageNumbers.slice(0, TOLD).map((number) => names.get(byNumber.get(number)!)!);
  const more = flagged > told.length ? ` and ${flagged - told.length} more` : '';
  const message =
    `${flagged} of ${counted(fields, 'field')} ${agreeing(flagged, 'is', 'are')} unlike those that the model was trained on ` +
    `(MIL_Novelty above ${FLAGGED_ABOVE}): ${told.join('; ')}${more}`;
  emit({ event: flagged > WARNED_SHARE * fields ? 'warned' : 'noted', message });
}
