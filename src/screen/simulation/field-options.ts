import type { ChannelExposure } from './camera.ts';
import type { Phenotype } from './phenotypes.ts';

/** A phenotype, and the share of the responding cells that turn into it. */
export interface CellResponse {
  readonly phenotype: Phenotype;
  readonly share: number;
}

/** One field to simulate. */
export interface FieldOptions {
  readonly seed: number;
  /** What sets the field apart from all others: plate, well, site. */
  readonly key: readonly (number | string)[];
  /** Pixels along each side. */
  readonly size: number;
  /** What the cells that respond turn into, in shares that sum to 1; none for a field without any cell. */
  readonly responses: readonly CellResponse[];
  /** Whether a cell of each of these is to be seen. */
  readonly complete?: boolean;
  /** Probability that a cell responds. */
  readonly responders: number;
  /** Mean number of cells in 512 × 512 pixels. */
  readonly density: number;
  /** One for each channel. */
  readonly exposures: readonly ChannelExposure[];
  /** How well the stain of each channel took in this well: a factor. */
  readonly stain: readonly number[];
  /** Light that an uneven background adds at its brightest place, in units of the mean light of a normal cell. */
  readonly background?: number;
  /** Mean number of pieces of bright debris in the field; unless it is given, there is little. */
  readonly debris?: number | undefined;
}
