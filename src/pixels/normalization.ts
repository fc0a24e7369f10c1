/**
 * What intensities are normalized by: the training fields (`screen`), all fields of the same plate (`plate`), the fields of its
 * negative control wells (`controls`), or the field itself (`field`).
 */
export const NORMALIZATION_SCOPES = ['screen', 'plate', 'controls', 'field'] as const;
export type NormalizationScope = (typeof NORMALIZATION_SCOPES)[number];

/** What describes the intensities of a plate: mean and standard deviation, or median and 1.4826 times the MAD. */
export const PLATE_MEASURES = ['mean', 'median'] as const;
export type PlateMeasure = (typeof PLATE_MEASURES)[number];

/** Where the intensities of each channel are, and how far they spread, in counts: mean and deviation, or what stands for them. */
export interface Intensities {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Which wells are the negative controls: those whose fields have one of these values in a column. */
export interface ControlWells {
  readonly column: string;
  readonly values: readonly string[];
}

/** Mean and standard deviation of each channel over the training fields, in intensity counts. */
export interface Normalization extends Intensities {
  /**
   * `screen` by default. With `plate` and `controls`, the fields of each plate are changed before the network sees them, so that
   * what was measured of the plate becomes {@link referenceOf}; with `field`, the network uses the mean and deviation of the
   * image itself.
   */
  readonly scope?: NormalizationScope | undefined;
  /** With which numbers plates are described; by mean and deviation unless given. */
  readonly measure?: PlateMeasure | undefined;
  /** The wells that are measured, with the scope `controls`. */
  readonly controls?: ControlWells | undefined;
  /** What the training plates have together of what is measured, where that is not the mean and deviation above. */
  readonly reference?: Intensities | undefined;
}

/** Whether plates are made alike before the network sees their fields. */
export function isByPlate({ scope }: Pick<Normalization, 'scope'>): boolean {
  return scope === 'plate' || scope === 'controls';
}

/** What each plate is brought to, where plates are made alike. */
export function referenceOf({ mean, deviation, reference = { mean, deviation } }: Normalization): Intensities {
  return reference;
}
