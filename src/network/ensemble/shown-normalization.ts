import { isByPlate, type Normalization, referenceOf } from '../../pixels/normalization.ts';

/**
 * The normalization by which a network sees fields as it should that were made like the training plates of another network: plates
 * are brought to `shown`, whose reference may differ a little from its own. A network that does not make plates alike keeps its own.
 */
export function shownNormalization(own: Normalization, shown: Normalization): Normalization {
  if (!isByPlate(own)) return own;
  const [from, to] = [referenceOf(own), referenceOf(shown)];
  const deviation = own.deviation.map((value, c) => (to.deviation[c]! * value) / from.deviation[c]!);
  const mean = own.mean.map((value, c) => to.mean[c]! - (deviation[c]! * (from.mean[c]! - value)) / own.deviation[c]!);
  return { ...shown, mean, deviation, reference: to };
}
