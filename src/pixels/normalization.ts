/**
 * What intensities are normalized by: the training fields (`screen`), all fields of the same plate (`plate`), or the
 * field itself (`field`).
 */
export const NORMALIZATION_SCOPES = ['screen', 'plate', 'field'] as const;
export type NormalizationScope = (typeof NORMALIZATION_SCOPES)[number];

/** Mean and standard deviation of each channel over the training fields, in intensity counts. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /**
   * `screen` by default. With `plate`, the fields of each plate are brought to this mean and deviation before the
   * network sees them; with `field`, the network uses the mean and deviation of the image itself.
   */
  readonly scope?: NormalizationScope | undefined;
}
