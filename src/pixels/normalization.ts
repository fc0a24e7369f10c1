/**
 * What the intensities of a field are measured against: those of the training fields (`screen`), of all fields of its
 * plate (`plate`), or its own (`field`).
 */
export const NORMALIZATION_SCOPES = ['screen', 'plate', 'field'] as const;
export type NormalizationScope = (typeof NORMALIZATION_SCOPES)[number];

/** Mean and standard deviation of each channel over the training fields, in intensity counts. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /**
   * `screen` unless given. With `plate`, the fields of each plate are brought to this mean and deviation before the network
   * sees them; with `field`, the network takes mean and deviation from the image instead.
   */
  readonly scope?: NormalizationScope | undefined;
}
