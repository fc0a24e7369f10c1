/** The tables of an assay. Their columns have the names of pycytominer (`Metadata_*`, `mad_robustize`) and CellProfiler (`Count_Cells`, `Zfactor_*`). */
import { columnsOf, type TableCell, type TableColumn, type TableLayout } from '../../tables/table-layout.ts';
import type { Assay, DoseResponse, PlateQuality, PositionEffect, ScoredWell, TreatmentHit } from './assay.ts';

/** A column, and what a row has in it. */
type Column<Row> = readonly [name: string, kind: TableColumn['kind'], of: (row: Row) => string | number | null];

function layOut<Row>(columns: readonly Column<Row>[]): TableLayout<Row> {
  return {
    columns: columns.flatMap(([name, kind]) => columnsOf(kind, [name])),
    cells: (row) => columns.map(([, , of]): TableCell => of(row) ?? undefined),
  };
}

const yes = (is: boolean) => (is ? 1 : 0);

/** A row a treatment. */
export function layOutHits(): TableLayout<TreatmentHit> {
  return layOut<TreatmentHit>([
    ['Metadata_Treatment', 'text', ({ treatment }) => treatment],
    ['Metadata_Compound', 'text', ({ compound }) => compound],
    ['Metadata_Concentration', 'double', ({ dose }) => dose],
    ['Metadata_Unit', 'text', ({ unit }) => unit],
    ['Hit', 'integer', ({ hit }) => yes(hit)],
    ['Effect', 'double', ({ effect }) => effect],
    ['Effect_Low', 'double', ({ low }) => low],
    ['Effect_High', 'double', ({ high }) => high],
    ['P', 'double', ({ p }) => p],
    ['P_Smallest', 'double', ({ smallestP }) => smallestP],
    ['Q', 'double', ({ q }) => q],
    ['Count_Wells', 'integer', ({ wells }) => wells],
    ['Count_WellsAbove', 'integer', ({ above }) => above],
    ['Count_Negatives', 'integer', ({ negatives }) => negatives],
    ['Count_Plates', 'integer', ({ plates }) => plates],
    ['Count_Cells', 'integer', ({ cells }) => cells],
    ['Share_Cells', 'double', ({ cellShare }) => cellShare],
    ['Few_Cells', 'integer', ({ fewCells }) => yes(fewCells)],
    ['Reason', 'text', ({ reason }) => reason],
  ]);
}

/** A row a well. */
export function layOutWells({ scoring, controls }: Pick<Assay, 'scoring' | 'controls'>): TableLayout<ScoredWell> {
  const { normalization, correction } = scoring;
  const normalized = normalization === 'robust-z' ? 'mad_robustize' : 'percent_of_controls';
  return layOut<ScoredWell>([
    ['Metadata_Plate', 'text', ({ plate }) => plate],
    ['Metadata_Well', 'text', ({ well }) => well],
    ...(controls.group === null ? [] : [[controls.group, 'text', ({ group }) => group] satisfies Column<ScoredWell>]),
    ['Metadata_Treatment', 'text', ({ treatment }) => treatment],
    ['Metadata_Compound', 'text', ({ compound }) => compound],
    ['Metadata_Concentration', 'double', ({ dose }) => dose],
    ['Metadata_Unit', 'text', ({ unit }) => unit],
    ['Metadata_pert_type', 'text', ({ role }) => (role === 'sample' ? 'trt' : 'control')],
    ['Metadata_control_type', 'text', ({ role }) => CONTROL_TYPES[role]],
    ['Metadata_Site_Count', 'integer', ({ fields }) => fields],
    ['Count_Cells', 'integer', ({ cells }) => cells],
    ['Few_Cells', 'integer', ({ fewCells }) => yes(fewCells)],
    ['MIL_Score', 'double', ({ score }) => score],
    ...(correction === 'none'
      ? []
      : [['MIL_Score_corrected', 'double', ({ corrected }) => corrected] satisfies Column<ScoredWell>]),
    ...(normalization === 'none'
      ? []
      : [[`MIL_Score_${normalized}`, 'double', (well) => well.normalized] satisfies Column<ScoredWell>]),
  ]);
}

/** As the plate maps of JUMP call them. */
const CONTROL_TYPES = { negative: 'negcon', positive: 'poscon', sample: null } as const;

/** A row a plate, or a group of it. */
export function layOutPlates({ controls }: Pick<Assay, 'controls'>): TableLayout<PlateQuality> {
  return layOut<PlateQuality>([
    ['Metadata_Plate', 'text', ({ plate }) => plate],
    ...(controls.group === null ? [] : [[controls.group, 'text', ({ group }) => group] satisfies Column<PlateQuality>]),
    ['Count_Negatives', 'integer', ({ negatives }) => negatives],
    ['Count_Positives', 'integer', ({ positives }) => positives],
    ['Zfactor_MIL_Score', 'double', ({ zPrime }) => zPrime],
    ['Zfactor_Robust_MIL_Score', 'double', ({ zPrimeRobust }) => zPrimeRobust],
    ['OneTailedZfactor_MIL_Score', 'double', ({ zPrimeOneTailed }) => zPrimeOneTailed],
    ['SSMD_MIL_Score', 'double', ({ ssmd }) => ssmd],
    ['SignalToBackground_MIL_Score', 'double', ({ signalToBackground }) => signalToBackground],
    ['Mean_Negative', 'double', ({ negativeMean }) => negativeMean],
    ['StDev_Negative', 'double', ({ negativeDeviation }) => negativeDeviation],
    ['Mean_Positive', 'double', ({ positiveMean }) => positiveMean],
    ['StDev_Positive', 'double', ({ positiveDeviation }) => positiveDeviation],
    ['Warning', 'text', ({ warning }) => warning],
  ]);
}

/** A place of a plate, before correction or after it. */
export interface PlacedEffect extends PositionEffect {
  readonly plate: string;
  readonly corrected: boolean;
}

/** A row a place of a plate that was tested. */
export function layOutPositions(): TableLayout<PlacedEffect> {
  return layOut<PlacedEffect>([
    ['Metadata_Plate', 'text', ({ plate }) => plate],
    ['Position', 'text', ({ name }) => name],
    ['Corrected', 'integer', ({ corrected }) => yes(corrected)],
    ['Count_Wells', 'integer', ({ wells }) => wells],
    ['Count_Others', 'integer', ({ others }) => others],
    ['Cliffs_Delta', 'double', ({ delta }) => delta],
    ['P', 'double', ({ p }) => p],
    ['Q', 'double', ({ q }) => q],
  ]);
}

/** The effects of all plates, each plate once though it may have several groups. */
export function placedEffects(plates: readonly PlateQuality[]): readonly PlacedEffect[] {
  const byPlate = new Map(plates.map((one) => [one.plate, one]));
  return [...byPlate.values()].flatMap(({ plate, effects, effectsAfter }) => [
    ...effects.map((effect) => ({ ...effect, plate, corrected: false })),
    ...(effectsAfter ?? []).map((effect) => ({ ...effect, plate, corrected: true })),
  ]);
}

/** A row a compound with its unit, and group. */
export function layOutDoses({ controls }: Pick<Assay, 'controls'>): TableLayout<DoseResponse> {
  return layOut<DoseResponse>([
    ['Metadata_Compound', 'text', ({ compound }) => compound],
    ...(controls.group === null ? [] : [[controls.group, 'text', ({ group }) => group] satisfies Column<DoseResponse>]),
    ['Metadata_Unit', 'text', ({ unit }) => unit],
    ['EC50_MIL_Score', 'double', ({ ec50 }) => ec50],
    ['EC50_Low', 'double', ({ low }) => low],
    ['EC50_High', 'double', ({ high }) => high],
    ['Slope', 'double', ({ slope }) => slope],
    ['Bottom', 'double', ({ bottom }) => bottom],
    ['Top', 'double', ({ top }) => top],
    ['Vfactor_MIL_Score', 'double', ({ vFactor }) => vFactor],
    ['LackOfFit_P', 'double', ({ lackOfFit }) => lackOfFit?.p ?? null],
    ['Count_Wells', 'integer', ({ wells }) => wells],
    ['Count_Doses', 'integer', ({ doses }) => doses],
    ['Count_Drops', 'integer', ({ drops }) => drops.length],
    ['Reason', 'text', ({ reason }) => reason],
  ]);
}
