/** An assay of some compounds in rising doses on plates with controls, as `hits` evaluates it. */
import type { Assay, DoseResponse, ScoredWell, TreatmentHit } from '../../../evaluation/assay/assay.ts';
import { createRandom, type Random } from '../../../random.ts';

const DOSES = [0.01, 0.03, 0.1, 0.3, 1, 3, 10];

/** Of each compound: EC50 (µM; none for one without response), and highest score. */
const COMPOUNDS = [
  { name: 'wortmannin', ec50: 0.12, top: 4.6 },
  { name: 'LY294002', ec50: 1.9, top: 4.1 },
  { name: 'brefeldin A', ec50: undefined, top: 0 },
  { name: 'nocodazole', ec50: 0.8, top: 2.2 },
  { name: 'compound 5', ec50: 12, top: 3.4 },
];

/** Wells in rows A to H: compounds in columns of doses, controls in the first and last columns. */
export function simulateAssay(plates: readonly string[], { rows = 8, seed = 1 } = {}): Assay {
  const compounds = COMPOUNDS.slice(0, rows);
  const random = createRandom(seed, 'assay');
  const wells = plates.flatMap((plate) => plateWells(plate, { rows, random }));
  return {
    scoring: {
      kind: 'log odds',
      of: 'nuclear',
      against: 'cytoplasmic',
      words: 'log odds of nuclear against cytoplasmic',
      normalization: 'robust-z',
      correction: 'b-score',
    },
    controls: { column: 'Metadata_Control', negative: ['DMSO'], positive: ['wortmannin high'], group: null },
    plates: plates.map((plate, p) => ({
      plate,
      group: null,
      negatives: 8,
      positives: 8,
      zPrime: 0.74 - 0.11 * p,
      zPrimeRobust: 0.79 - 0.13 * p,
      zPrimeOneTailed: 0.81,
      ssmd: 12.4 - p,
      signalToBackground: 5.2,
      negativeMean: 0.02,
      positiveMean: 4.5,
      negativeDeviation: 0.11,
      positiveDeviation: 0.25,
      warning: p === 2 ? 'only 4 positive controls: the interval of Z′ is wide' : null,
      effects: [
        { kind: 'edge', name: 'edge', wells: 36, others: 60, p: 0.004, q: 0.02, delta: 0.41 },
        { kind: 'row', name: 'row A', wells: 12, others: 60, p: 0.03, q: 0.09, delta: 0.32 },
        { kind: 'column', name: 'column 12', wells: 8, others: 60, p: 0.4, q: 0.6, delta: -0.11 },
      ],
      effectsAfter: [
        { kind: 'edge', name: 'edge', wells: 36, others: 60, p: 0.61, q: 0.8, delta: 0.05 },
        { kind: 'row', name: 'row A', wells: 12, others: 60, p: 0.55, q: 0.8, delta: 0.08 },
        { kind: 'column', name: 'column 12', wells: 8, others: 60, p: 0.9, q: 0.9, delta: 0.01 },
      ],
    })),
    wells,
    hits: compounds.flatMap(({ name }) => DOSES.map((dose) => hitOf({ name, dose, wells, plates: plates.length }))),
    replicates: { pairs: 96, treatments: 35, pearson: 0.93, spearman: 0.9 },
    doseResponse: compounds.map((compound) => responseOf(compound, wells)),
    notes: ['Two plates have fewer than eight positive controls.'],
  };
}

function plateWells(plate: string, { rows, random }: { rows: number; random: Random }): ScoredWell[] {
  return Array.from({ length: 12 * rows }, (_, w): ScoredWell => {
    const [row, column] = [Math.floor(w / 12), w % 12];
    const role = column === 0 ? 'negative' : column === 11 ? 'positive' : 'sample';
    const compound = role === 'sample' ? COMPOUNDS[Math.min(4, row % 5)]! : undefined;
    const dose = compound && DOSES[Math.min(6, Math.max(0, column - 2))]!;
    const response =
      role === 'positive'
        ? 4.5
        : compound?.ec50 === undefined
          ? 0
          : compound.top / (1 + (compound.ec50 / dose!) ** 1.3);
    const edge = row === 0 || row === 7 ? 0.25 : 0;
    const score = response + edge + 0.2 * random.normal();
    const kills = compound?.name === 'nocodazole' && dose! >= 3;
    return {
      ...{ plate, group: null, well: `${'ABCDEFGH'[row]}${String(column + 1).padStart(2, '0')}`, row, column, role },
      ...{ treatment: compound ? `${compound.name} ${dose} µM` : role === 'negative' ? 'DMSO' : 'wortmannin high' },
      ...{
        compound: compound?.name ?? null,
        dose: dose ?? null,
        unit: compound ? 'µM' : null,
        replicate: null,
        fields: 4,
      },
      ...{ score, corrected: score - edge, normalized: (score - edge) / 0.2 },
      cells: Math.round(kills ? 90 + 10 * random.normal() : 560 + 40 * random.normal()),
      fewCells: kills,
    };
  });
}

function hitOf({
  name,
  dose,
  wells,
  plates,
}: {
  name: string;
  dose: number;
  wells: readonly ScoredWell[];
  plates: number;
}): TreatmentHit {
  const own = wells.filter((well) => well.compound === name && well.dose === dose);
  const effect = own.reduce((sum, { normalized }) => sum + normalized!, 0) / Math.max(1, own.length);
  const few = own.some(({ fewCells }) => fewCells);
  const p = Math.min(1, 0.6 * Math.exp(-Math.max(0, effect) / 3) + 1 / 495);
  return {
    ...{
      treatment: `${name} ${dose} µM`,
      compound: name,
      dose,
      unit: 'µM',
      wells: own.length,
      negatives: 8 * plates,
      plates,
    },
    ...{ above: own.filter(({ normalized }) => normalized! > 2).length, effect, low: effect - 1.4, high: effect + 1.4 },
    ...{ p, smallestP: 1 / 495, q: Math.min(1, 1.4 * p), hit: p < 0.03 },
    reason: few
      ? 'only kills: few cells are left, so that the score may tell of dying cells rather than of what the treatment does'
      : null,
    ...{ cells: 560, cellShare: few ? 0.16 : 0.98, fewCells: few },
  };
}

function responseOf({ name, ec50, top }: (typeof COMPOUNDS)[number], wells: readonly ScoredWell[]): DoseResponse {
  const own = wells.filter((well) => well.compound === name || (well.role === 'negative' && well.row! < 4));
  const known = ec50 !== undefined && ec50 < 10;
  return {
    ...{ compound: name, group: null, unit: 'µM', ec50: known ? ec50 : null },
    ...{ low: known ? ec50 / 1.5 : null, high: known ? ec50 * 1.6 : null },
    ...{ slope: known ? 1.3 : null, bottom: known ? 0.02 : null, top: known ? top : null },
    reason: known
      ? null
      : ec50 === undefined
        ? 'no response: the doses score like the controls'
        : 'incomplete curve: no plateau at the highest dose',
    ...{ wells: own.length, doses: DOSES.length, vFactor: known ? 0.8 : null, lackOfFit: { f: 1.2, p: 0.33 } },
    steps: 'Wells of one dose differ by 0.2 (standard deviation, pooled over doses).',
    drops: name === 'nocodazole' ? [{ dose: 10, drop: 0.6, allowed: 0.4 }] : [],
    points: own.map(({ plate, well, dose, score, role }) => ({
      plate,
      well,
      dose: dose ?? 0,
      score,
      negative: role === 'negative',
      positive: role === 'positive',
    })),
  };
}
