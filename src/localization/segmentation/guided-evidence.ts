import type { ThresholdChoice } from '../threshold/threshold.ts';
import { MOST_LOG_ODDS } from '../threshold/unary.ts';
import type { ClassWeights } from './discriminant.ts';

/** All lengths in pixels; all but the gate were chosen on the training fields of the Data Science Bowl 2018. */
export const MAP_SMOOTHING = 2;
export const IMAGE_SMOOTHING = 0.5;
export const WINDOW = 30;
/** The map is taken to be saturated above this quantile of its pixels. */
export const LARGEST: ThresholdChoice = { kind: 'quantile', share: 0.995 };
/** How fast a pixel stops counting as background as the map rises. */
const BACKGROUND = 0.02;
/** Difference from the edge that counts for log odds of 1. */
const SLOPE = 0.15;
/**
 * Share of Otsu's threshold of the map's square root above which a pixel may be foreground: the map is weak on some
 * cells.
 */
export const GATE = 0.05;
/** Share of the coupling that no edge takes away. */
export const FLOOR = 0.1;

/** The map scaled to 0 to 1, where 1 is `largest`, a value that few pixels exceed; 0 throughout for an empty map. */
export function shareOfLargest(map: Float32Array, largest: number): Float32Array {
  const shares = new Float32Array(map.length);
  if (!(largest > 0)) return shares;
  for (let i = 0; i < shares.length; i++) shares[i] = Math.max(0, Math.min(1, map[i]! / largest));
  return shares;
}

/** How strongly the map, scaled to 0 to 1, supports each pixel as foreground and as background. */
export function classWeights(spoken: Float32Array): ClassWeights {
  const [foreground, background] = [new Float32Array(spoken.length), new Float32Array(spoken.length)];
  for (let i = 0; i < spoken.length; i++) {
    foreground[i] = spoken[i]! ** 2;
    background[i] = Math.exp(-spoken[i]! / BACKGROUND);
  }
  return { foreground, background };
}

/**
 * The evidence of each pixel, as log odds.
 *
 * @param light the field between background (0) and foreground (1)
 * @param around the root of the map, and the local levels of foreground and background
 */
export function evidenceOf(
  light: Float32Array,
  { root, above, below }: Readonly<Record<'root' | 'above' | 'below', Float32Array>>,
  { edge, threshold }: { readonly edge: number; readonly threshold: number },
): Float32Array {
  const theta = new Float32Array(light.length);
  for (let i = 0; i < theta.length; i++) {
    const cut = below[i]! + edge * (above[i]! - below[i]!);
    const odds = root[i]! > threshold ? (light[i]! - cut) / SLOPE : -MOST_LOG_ODDS;
    theta[i] = Math.max(-MOST_LOG_ODDS, Math.min(MOST_LOG_ODDS, odds));
  }
  return theta;
}
