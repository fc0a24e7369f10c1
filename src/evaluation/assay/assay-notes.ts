/** What a reader of an assay should know, a sentence each. */
import { named } from '../../errors.ts';
import { agreeing, counted } from '../../words.ts';
import { groupBy } from '../inspection/group.ts';
import type { TrainingUse } from '../training-use.ts';
import { type Comparing, stratumOf } from './against-controls.ts';
import type { Assay, ScoredWell } from './assay.ts';
import { isAtFloor, LARGEST_P } from './find-hits.ts';
import type { Roles } from './roles.ts';
import type { WellColumns } from './score-wells.ts';

/** Controls that a model was trained on are told apart in any case. */
export function trainedNotes(
  roles: Roles['of'],
  uses: readonly (TrainingUse | undefined)[] | undefined,
): readonly string[] {
  const controls = roles.flatMap((role, i) => (role === 'sample' ? [] : [uses?.[i]]));
  const trained = controls.filter((use) => use === 'trained').length;
  if (trained === 0) return [];
  return [
    `the model was trained on ${trained} of the ${controls.length} rows of controls: it tells these apart in any case, so Z′ and p say nothing of the assay; train on the controls of other plates or rows`,
  ];
}

/** Columns of doses that nobody named. */
export function doseNotes({ dose, unit }: WellColumns, asked: WellColumns): readonly string[] {
  if (dose === undefined || asked.dose !== undefined) return [];
  const inUnit = unit === undefined || asked.unit !== undefined ? '' : `, in the unit of ${unit}`;
  return [`doses are taken from ${dose}${inUnit}; name another column with ${named('dose')}`];
}

/** What is odd about the wells, and what was not done with them. */
export function wellNotes(
  wells: readonly ScoredWell[],
  { normalization, correction, dosed }: NotedChoices,
): readonly string[] {
  const strata = [...groupBy(wells, stratumOf).values()];
  const negativesOf = (own: readonly ScoredWell[]) => own.filter(({ role }) => role === 'negative').length;
  const lost = strata.filter((own) => own.every((well) => well.normalized === null));
  const about = (all: readonly (readonly ScoredWell[])[], what: string) =>
    all.length === 0
      ? []
      : [`${what}, so ${agreeing(all.length, 'its', 'their')} wells are compared with none: ${placesOf(all)}`];
  const has = (all: readonly unknown[]) =>
    `${all.length} ${agreeing(all.length, 'plate or group', 'plates or groups')} ${agreeing(all.length, 'has', 'have')}`;
  const [without, single, alike] = [
    lost.filter((own) => negativesOf(own) === 0),
    lost.filter((own) => negativesOf(own) === 1),
    lost.filter((own) => negativesOf(own) > 1),
  ];
  const few = wells.filter(({ fewCells }) => fewCells).length;
  return [
    ...about(without, `${has(without)} no negative control`),
    ...about(single, `${has(single)} one negative control, whose spread is not known`),
    ...about(
      alike,
      normalization === 'percent-of-controls'
        ? `${has(alike)} negative controls whose mean is not above 0`
        : `${has(alike)} negative controls that all score the same`,
    ),
    ...(few > 0
      ? [`${counted(few, 'well')} ${agreeing(few, 'has', 'have')} few cells: a score may tell only of death`]
      : []),
    ...(correction === 'b-score' && dosed
      ? [
          'rows and columns are corrected by median polish, which takes responses away where doses lie along rows or columns',
        ]
      : []),
  ];
}

/** What notes depend on beside the wells. */
interface NotedChoices extends Pick<Comparing, 'normalization' | 'correction'> {
  readonly dosed: boolean;
}

/** The names of some plates and groups. */
function placesOf(strata: readonly (readonly ScoredWell[])[]): string {
  const names = strata
    .slice(0, 5)
    .map(([first]) => [first!.plate || 'the plate', first!.group].filter(Boolean).join(' '));
  return `${names.join(', ')}${strata.length > 5 ? ' and others' : ''}`;
}

/** Places that were not tested, since they hold one step of dose each. */
export function positionNotes(wells: readonly ScoredWell[], plates: Assay['plates']): readonly string[] {
  const placed = new Set(wells.filter(({ row }) => row !== null).map(({ plate }) => plate));
  const untested = new Set(
    plates.filter(({ plate, effects }) => placed.has(plate) && effects.length === 0).map(({ plate }) => plate),
  );
  if (untested.size === 0) return [];
  return [
    `edges, rows and columns of ${counted(untested.size, 'plate')} were not tested: they have too few wells, or hold one dose each`,
  ];
}

/** Says that treatments are as extreme as their wells allow, and still no hits. */
export function floorNotes(hits: Assay['hits']): readonly string[] {
  const floored = hits.filter((one) => !one.hit && isAtFloor(one) && one.smallestP! <= LARGEST_P).length;
  if (floored === 0) return [];
  return [
    `${counted(floored, 'treatment')} ${agreeing(floored, 'has', 'have')} the smallest p that ${agreeing(floored, 'its', 'their')} wells can give, which is too large for ${hits.length} treatments: so few wells cannot make ${agreeing(floored, 'it a hit', 'them hits')}, so rank them by effect, or take more replicates or controls`,
  ];
}
