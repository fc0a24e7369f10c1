/** A table of fields as a network would predict it, in the layout of BBBC021: plates of 60 wells in rows B to G. */
import { rowName } from '../../../evaluation/inspection/layout.ts';
import { createRandom } from '../../../random.ts';
import type { FieldColumn } from '../document.ts';

export const MECHANISMS = [
  ...['Actin disruptors', 'Aurora kinase inhibitors', 'Cholesterol-lowering', 'DNA damage', 'DNA replication'],
  ...['Eg5 inhibitors', 'Epithelial', 'Kinase inhibitors', 'Microtubule destabilizers', 'Microtubule stabilizers'],
  ...['Protein degradation', 'Protein synthesis'],
];

export const CHANNELS = ['DAPI', 'Tubulin', 'Actin'];

export interface FieldsShape {
  readonly plates: number;
  readonly rows: number;
  readonly columns: number;
  readonly sites: number;
  readonly classes: number;
  readonly seed: number;
  /** Fields that have a thumbnail. */
  readonly thumbnails: number;
}

/** Pairs of classes that resemble each other. */
const ALIKE = new Map([
  [3, 4],
  [4, 3],
  [1, 5],
  [6, 7],
  [7, 6],
  [10, 11],
  [11, 10],
]);

/** Rows of every site of every well, the columns that a run writes. */
export function simulateFields({ plates, rows, columns, sites, classes, seed, thumbnails }: FieldsShape): {
  readonly rows: number;
  readonly columns: readonly FieldColumn[];
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
  readonly probabilities: readonly (readonly number[])[];
} {
  const random = createRandom(seed, 'report');
  const plateNames = Array.from({ length: plates }, (_, p) => `Week${1 + Math.floor(p / 6)}_${22123 + 101 * p}`);
  const wellNames = Array.from({ length: rows * columns }, (_, w) => {
    const [row, column] = rows < 8 ? [1, 2] : [0, 1];
    return `${rowName(row + Math.floor(w / columns))}${String(column + (w % columns)).padStart(2, '0')}`;
  });
  const total = plates * wellNames.length * sites;
  const treatments = Array.from(
    { length: 8 * classes },
    (_, t) => `compound ${1 + (t >> 1)} ${t % 2 === 0 ? 0.1 : 1} µM`,
  );
  const texts = { plate: [] as number[], well: [] as number[], site: [] as number[], treatment: [] as number[] };
  const truth: number[] = [];
  const probabilities: number[][] = [];
  const numbers = { novelty: [] as number[], cells: [] as number[], x: [] as number[], y: [] as number[] };
  const means = CHANNELS.map((): number[] => []);
  for (let p = 0; p < plates; p++) {
    const drift = random.normal();
    for (let w = 0; w < wellNames.length; w++) {
      const treatment = random.integer(treatments.length);
      const label = (treatment >> 3) % classes;
      const strength = 3.2 + random.normal();
      for (let s = 0; s < sites; s++) {
        const logits = Array.from({ length: classes }, (_, k) => {
          if (k === label) return strength + 0.9 * random.normal();
          return (ALIKE.get(label) === k ? 1.3 : -1) + 0.8 * random.normal();
        });
        const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
        probabilities.push(logits.map((z) => Math.exp(z) / total));
        truth.push(label);
        texts.plate.push(p);
        texts.well.push(w);
        texts.site.push(s);
        texts.treatment.push(treatment);
        numbers.novelty.push(
          Math.min(100, Math.max(0, 50 + 24 * random.normal() + (random.uniform() < 0.02 ? 60 : 0))),
        );
        numbers.cells.push(Math.max(0, Math.round(140 - 8 * label + 18 * random.normal())));
        numbers.x.push(6 * Math.cos(label) + 0.5 * drift + random.normal());
        numbers.y.push(6 * Math.sin(2.2 * label) + 0.5 * drift + random.normal());
        for (const [c, own] of means.entries()) own.push(420 + 160 * c + 40 * drift + 30 * random.normal());
      }
    }
  }
  const predicted = probabilities.map((row) => row.indexOf(Math.max(...row)));
  const names = MECHANISMS.slice(0, classes);
  const step = Math.max(1, total / Math.max(1, thumbnails));
  const places = Array.from({ length: total }, (): number | null => null);
  for (let t = 0; t < Math.min(thumbnails, total); t++) places[Math.floor(t * step)] = t;
  return {
    rows: total,
    truth,
    predicted,
    probabilities,
    columns: [
      { name: 'ImageNumber', role: 'imageNumber', numbers: truth.map((_, i) => i + 1) },
      { name: 'Metadata_Plate', role: 'plate', texts: plateNames, places: texts.plate },
      { name: 'Metadata_Well', role: 'well', texts: wellNames, places: texts.well },
      {
        name: 'Metadata_Site',
        role: 'site',
        texts: Array.from({ length: sites }, (_, s) => String(s + 1)),
        places: texts.site,
      },
      { name: 'Metadata_MOA', role: 'truth', texts: names, places: truth },
      { name: 'Metadata_Treatment', role: 'treatment', texts: treatments, places: texts.treatment },
      { name: 'Metadata_Replicate', role: 'replicate', texts: ['1', '2', '3'], places: texts.plate.map((p) => p % 3) },
      { name: 'MIL_Predicted', role: 'predicted', texts: names, places: predicted },
      ...names.map((name, k): FieldColumn => {
        return {
          name: `MIL_Probability_${name}`,
          role: 'probability',
          of: name,
          numbers: probabilities.map((row) => row[k]!),
        };
      }),
      { name: 'MIL_Novelty', role: 'novelty', numbers: numbers.novelty },
      { name: 'Count_Cells', role: 'cells', numbers: numbers.cells },
      ...CHANNELS.map((name, c): FieldColumn => {
        return { name: `Intensity_Mean_${name}`, role: 'channelMean', of: name, numbers: means[c]! };
      }),
      { name: 'Map_X', role: 'mapX', numbers: numbers.x },
      { name: 'Map_Y', role: 'mapY', numbers: numbers.y },
      { name: 'Thumbnail', role: 'thumbnail', numbers: places },
    ],
  };
}
