/**
 * From a table of predictions to what a screener decides.
 *
 * @example
 * const assay = assessAssay(table, { controlColumn: 'Metadata_Compound', negative: ['DMSO'], positive: ['taxol'] });
 * console.log(assay.plates[0].zPrime, assay.hits.filter(({ hit }) => hit).length);
 */

import { MilscopeError, named } from '../../errors.ts';
import { placeOf } from '../../screen/well.ts';
import type { PredictionRow, PredictionTable } from '../prediction-table.ts';
import type { TrainingUse } from '../training-use.ts';
import { cell } from '../truth.ts';
import { againstControls, type Comparing } from './against-controls.ts';
import type { Assay, ScoredWell } from './assay.ts';
import { doseNotes, floorNotes, positionNotes, trainedNotes, wellNotes } from './assay-notes.ts';
import { assessPlates } from './assess-plates.ts';
import { comparable, findHits, type HitOptions } from './find-hits.ts';
import { type DoseScale, respondToDose } from './respond-to-dose.ts';
import { type ControlRequest, type Roles, rolesOf } from './roles.ts';
import { type RawWell, resolveWellColumns, scoreWells, type WellColumns } from './score-wells.ts';
import { decideScore, type ScoreRequest } from './scoring.ts';
import { doseUnit } from './statistics/dose-units.ts';
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
  if (normalization === 'percent-of-controls' && score.kind === 'log odds') throw percentOfOdds();
  const columns = resolveWellColumns(table, request);
  const raw = scoreWells(table, columns, { roles: roles.of, scoreOf, cellsOf: request.cellsOf });
  const named = nameTreatments(raw, { table, roles, columns });
  const wells = againstControls(named, { normalization, correction, fewCells });
  const { column, negative, positive } = roles;
  const plates = assessPlates(wells);
  const found = findHits(wells, { falseDiscoveryRate, seed });
  const dosed = columns.dose !== undefined;
  // Where nobody asked for curves, compounds of one or two doses want none.
  const isShown = ({ doses }: { doses: number }) => request.dose !== undefined || doses >= CURVE_DOSES;
  return {
    scoring: { ...score, normalization, correction },
    controls: { column, negative, positive, group: columns.group ?? null },
    plates,
    wells,
    hits: found,
    replicates: agreementOf(wells),
    doseResponse: dosed ? respondToDose(wells, { scale: doseScale }).filter(isShown) : [],
    notes: [
      ...notes,
      ...doseNotes(columns, request),
      ...trainedNotes(roles.of, request.uses),
      ...wellNotes(wells, { normalization, correction, dosed }),
      ...positionNotes(wells, plates),
      ...floorNotes(found),
    ],
  };
}

/** Doses that a compound has at least if it is a series of doses; that of the controls is one. */
const CURVE_DOSES = 4;

function percentOfOdds(): MilscopeError {
  return new MilscopeError('BadOption', {
    option: 'normalize percent-of-controls',
    problem: 'log odds may be below 0, so they have no per cent',
    remedy: `score by a class or not-negative with ${named('score')}, or take robust-z`,
  });
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
  const spelled = new Map<string, string>();
  return wells.map((well) => {
    const { compound, dose, unit } = well;
    const amount = unit === null ? undefined : doseUnit(unit);
    // 1 uM is 1000 nM.
    const same = JSON.stringify([
      compound,
      amount?.family ?? unit,
      Number(((dose ?? 0) * (amount?.factor ?? 1)).toPrecision(6)),
    ]);
    const written = [compound, dose, unit].filter((part) => part !== null).join(' ');
    const dosed = dose === null ? written : (spelled.get(same) ?? written);
    if (dose !== null) spelled.set(same, dosed);
    return { ...well, treatment: dosed || named.get(JSON.stringify([well.plate, well.well])) || null };
  });
}

/** How well the replicates of sample treatments agree; null where none has two. */
function agreementOf(wells: readonly ScoredWell[]): Assay['replicates'] {
  const samples = comparable(wells).filter(({ role, treatment }) => role === 'sample' && treatment !== null);
  const agreement = replicateAgreement(samples.map((well) => ({ treatment: well.treatment!, score: well.normalized })));
  return agreement.pairs === 0 ? null : agreement;
}
