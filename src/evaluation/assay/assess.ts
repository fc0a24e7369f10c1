/**
 * From a table of predictions to what a screener decides.
 *
 * @example
 * const assay = assessAssay(table, { controlColumn: 'Metadata_Compound', negative: ['DMSO'], positive: ['taxol'] });
 * console.log(assay.plates[0].zPrime, assay.hits.filter(({ hit }) => hit).length);
 */
import { placeOf } from '../../screen/well.ts';
import { agreeing, counted } from '../../words.ts';
import type { PredictionRow, PredictionTable } from '../prediction-table.ts';
import type { TrainingUse } from '../training-use.ts';
import { cell } from '../truth.ts';
import { againstControls, type Comparing, grouped, stratumOf } from './against-controls.ts';
import type { Assay, ScoredWell } from './assay.ts';
import { assessPlates } from './assess-plates.ts';
import { comparedScore, findHits, type HitOptions } from './find-hits.ts';
import { type DoseScale, respondToDose } from './respond-to-dose.ts';
import { type ControlRequest, type Roles, rolesOf } from './roles.ts';
import { type RawWell, resolveWellColumns, scoreWells, type WellColumns } from './score-wells.ts';
import { decideScore, type ScoreRequest } from './scoring.ts';
import { replicateAgreement } from './statistics/replicate-agreement.ts';

/** What is asked of an assay. */
export interface AssayRequest
  extends ControlRequest,
    ScoreRequest,
    WellColumns,
    Partial<Comparing>,
    Partial<HitOptions> {
  /** Default: `log`. */
  readonly doseScale?: DoseScale | undefined;
  /** Cells of a field; undefined where they were not counted. */
  readonly cellsOf?: ((row: PredictionRow) => number) | undefined;
  /** What the model's run did with each row, where that is known. */
  readonly uses?: readonly (TrainingUse | undefined)[] | undefined;
}

/**
 * Scores the wells of a table of predictions, sets them against the negative controls of their plate and group, and says how
 * good the plates are, which treatments are hits, and how compounds respond to dose.
 *
 * @throws what `rolesOf`, `decideScore`, `resolveWellColumns` and `scoreWells` throw
 */
export function assessAssay(table: PredictionTable, request: AssayRequest): Assay {
  const { normalization = 'robust-z', correction = 'none', fewCells = 0.5, doseScale = 'log' } = request;
  const { falseDiscoveryRate = 0.05, seed = 1 } = request;
  const roles = rolesOf(table, request);
  const { scoreOf, notes, ...score } = decideScore(table, { score: request.score, roles: roles.of });
  const columns = resolveWellColumns(table, request);
  const raw = scoreWells(table, columns, { roles: roles.of, scoreOf, cellsOf: request.cellsOf });
  const named = nameTreatments(raw, { table, roles, columns });
  const wells = againstControls(named, { normalization, correction, fewCells });
  const { column, negative, positive } = roles;
  return {
    scoring: { ...score, normalization, correction },
    controls: { column, negative, positive, group: columns.group ?? null },
    plates: assessPlates(wells),
    wells,
    hits: findHits(wells, { falseDiscoveryRate, seed }),
    replicates: agreementOf(wells),
    doseResponse: columns.dose === undefined ? [] : respondToDose(wells, { scale: doseScale }),
    notes: [...notes, ...trainedNotes(roles.of, request.uses), ...notesOf(wells)],
  };
}

/** Gives wells a treatment where no column names it: the compound with its dose, else what the column of the controls says. */
function nameTreatments(
  wells: readonly RawWell[],
  { table, roles, columns }: { table: PredictionTable; roles: Roles; columns: WellColumns },
): readonly RawWell[] {
  if (columns.treatment !== undefined) return wells;
  const named = new Map(
    table.rows.map((row) => [JSON.stringify(Object.values(placeOf(row.metadata))), cell(row, roles.column)]),
  );
  return wells.map((well) => {
    const { compound, dose, unit } = well;
    const dosed = [compound, dose, unit].filter((part) => part !== null).join(' ');
    return { ...well, treatment: dosed || named.get(JSON.stringify([well.plate, well.well])) || null };
  });
}

/** How well the replicates of sample treatments agree; null where none has two. */
function agreementOf(wells: readonly ScoredWell[]): Assay['replicates'] {
  const samples = wells.filter(({ role, treatment }) => role === 'sample' && treatment !== null);
  const agreement = replicateAgreement(
    samples.map((well) => ({ treatment: well.treatment!, score: comparedScore(well) })),
  );
  return agreement.pairs === 0 ? null : agreement;
}

/** Controls that a model was trained on are told apart in any case. */
function trainedNotes(roles: Roles['of'], uses: AssayRequest['uses']): readonly string[] {
  const controls = roles.flatMap((role, i) => (role === 'sample' ? [] : [uses?.[i]]));
  const trained = controls.filter((use) => use === 'trained').length;
  if (trained === 0) return [];
  return [
    `the model was trained on ${trained} of the ${controls.length} rows of controls: it tells these apart in any case, so Z′ and p say nothing of the assay; train on the controls of other plates or rows`,
  ];
}

/** What is odd about the wells. */
function notesOf(wells: readonly ScoredWell[]): readonly string[] {
  const negatives = new Set(wells.filter(({ role }) => role === 'negative').map(stratumOf));
  const without = [...grouped(wells, stratumOf)].filter(([key]) => !negatives.has(key)).map(([, [first]]) => first!);
  const few = wells.filter(({ fewCells }) => fewCells).length;
  const alike = wells.filter((well) => well.normalized === null && negatives.has(stratumOf(well))).length;
  const places = without.slice(0, 5).map(({ plate, group }) => [plate || 'the plate', group].filter(Boolean).join(' '));
  return [
    ...(without.length > 0
      ? [
          `${counted(without.length, 'plate or group')} ${agreeing(without.length, 'has', 'have')} no negative control, so ${agreeing(without.length, 'its', 'their')} wells are compared with none: ${places.join(', ')}${without.length > 5 ? ' and others' : ''}`,
        ]
      : []),
    ...(alike > 0
      ? [
          `the negative controls of ${counted(alike, 'well')} all have the same score, so ${agreeing(alike, 'it has', 'they have')} no normalized one`,
        ]
      : []),
    ...(few > 0
      ? [`${counted(few, 'well')} ${agreeing(few, 'has', 'have')} few cells: a score may tell only of death`]
      : []),
  ];
}
