/** How the DNA of a cell is laid out. */
export type NucleusForm = 'whole' | 'fragments' | 'metaphase';
/** How the microtubules of a cell are laid out. */
export type TubulinForm = 'radial' | 'bundles' | 'diffuse' | 'spindle';
/** How the filamentous actin of a cell is laid out. */
export type ActinForm = 'cortex' | 'fibres' | 'patches';

/** What the cells of a phenotype look like. Lengths are in pixels, the rest are ratios. */
export interface Phenotype {
  readonly name: string;
  readonly cell: {
    /** Radius of the disc of the same area. */
    readonly radius: number;
    /** Long axis over short axis. */
    readonly aspect: number;
    /** Amplitude of the bumps of the outline, as a share of the radius. */
    readonly roughness: number;
    /** Mean number of pointed protrusions. */
    readonly protrusions: number;
  };
  readonly nucleus: { readonly form: NucleusForm; readonly radius: number; readonly aspect: number };
  readonly tubulin: TubulinForm;
  readonly actin: ActinForm;
  /** Mean number of vacuoles: dark holes in the cytoplasm. */
  readonly vacuoles: number;
  /** Light of a whole cell relative to a normal one. Near 1: a phenotype moves light about more than it adds any. */
  readonly light: { readonly dna: number; readonly actin: number; readonly tubulin: number };
  /** Number of cells in a field relative to an untreated one. */
  readonly density: number;
}

const normal: Phenotype = {
  name: 'normal',
  cell: { radius: 18.5, aspect: 1.3, roughness: 0.07, protrusions: 1.6 },
  nucleus: { form: 'whole', radius: 7.2, aspect: 1.25 },
  tubulin: 'radial',
  actin: 'cortex',
  vacuoles: 0,
  light: { dna: 1, actin: 1, tubulin: 1 },
  density: 1,
};

/**
 * The phenotypes of a simulated screen, in the order in which a screen of K classes takes them. The first is that of
 * untreated cells, which every other class also holds as its non-responders.
 */
export const phenotypes: readonly Phenotype[] = [
  normal,
  {
    ...normal,
    name: 'large nuclei',
    cell: { ...normal.cell, radius: 20 },
    nucleus: { form: 'whole', radius: 11.8, aspect: 1.2 },
    light: { dna: 1.3, actin: 1, tubulin: 1 },
    density: 0.95,
  },
  {
    ...normal,
    name: 'fragmented nuclei',
    nucleus: { form: 'fragments', radius: 7.6, aspect: 1.2 },
    light: { dna: 0.85, actin: 1, tubulin: 1 },
    density: 0.9,
  },
  { ...normal, name: 'bundled tubulin', tubulin: 'bundles', light: { dna: 1, actin: 1, tubulin: 1.2 } },
  {
    ...normal,
    name: 'actin fibres',
    cell: { ...normal.cell, radius: 19, protrusions: 1 },
    actin: 'fibres',
    light: { dna: 1, actin: 1.2, tubulin: 1 },
  },
  {
    ...normal,
    name: 'small round cells',
    cell: { radius: 11.5, aspect: 1.06, roughness: 0.025, protrusions: 0 },
    nucleus: { form: 'whole', radius: 5.8, aspect: 1.1 },
    light: { dna: 0.85, actin: 0.8, tubulin: 0.8 },
    density: 1.15,
  },
  {
    ...normal,
    name: 'elongated cells',
    cell: { radius: 17.5, aspect: 3.4, roughness: 0.03, protrusions: 0 },
    nucleus: { form: 'whole', radius: 6.8, aspect: 1.8 },
  },
  { ...normal, name: 'diffuse tubulin', tubulin: 'diffuse' },
  { ...normal, name: 'actin patches', actin: 'patches' },
  { ...normal, name: 'vacuolated cytoplasm', vacuoles: 9 },
];

/** A cell in metaphase: a few stand in every field, whatever the treatment, and count as normal. */
export const dividing: Phenotype = {
  ...normal,
  cell: { radius: 13.5, aspect: 1.05, roughness: 0.02, protrusions: 0 },
  nucleus: { form: 'metaphase', radius: 6.5, aspect: 3 },
  tubulin: 'spindle',
  light: { dna: 1, actin: 0.75, tubulin: 0.75 },
};
