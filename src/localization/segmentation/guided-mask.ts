import { blur } from '../../gaussian.ts';
import { edgeCouplings } from '../belief/edge-couplings.ts';
import { propagateBeliefs } from '../belief/propagate-beliefs.ts';
import type { Plane } from '../plane.ts';
import { maskAbove, type ThresholdChoice, thresholdOf } from '../threshold.ts';
import { MOST_LOG_ODDS, squareRoot, thresholdLogOdds } from '../unary.ts';
import { discriminantPlane } from './discriminant.ts';
import type { BeliefChoice, SegmentedMap } from './segmented.ts';

export const P = {
  smooth: 1,
  imgSmooth: 0.5,
  top: 0.995,
  power: 2,
  back: 0.05,
  cut: 0.45,
  slope: 0.15,
  mapWeight: 1,
  contrast: 1,
  floor: 0.1,
  local: 0,
  passes: 1,
};

export interface GuidedMaskOptions extends BeliefChoice {
  readonly threshold: ThresholdChoice;
}

export function guidedMask(
  map: Plane,
  channels: readonly Plane[],
  { threshold: choice, coupling, iterations }: GuidedMaskOptions,
): SegmentedMap {
  const { height, width } = map;
  const size = { height, width };
  const smooth = new Float32Array(map.data);
  blur(smooth, { ...size, sigma: P.smooth });
  const top = thresholdOf({ data: smooth, ...size }, { kind: 'quantile', share: P.top });
  const spoken = smooth.map((value) => (top > 0 ? Math.min(1, Math.max(0, value) / top) : 0));
  const root = squareRoot({ data: spoken, ...size });
  const threshold = thresholdOf(root, choice);
  const theta = thresholdLogOdds(root, { threshold, limit: 3 });
  for (let i = 0; i < theta.length; i++) theta[i]! *= P.mapWeight;
  const planes = channels.map(({ data }) => {
    const plane = new Float32Array(data);
    blur(plane, { ...size, sigma: P.imgSmooth });
    return { data: plane, ...size };
  });
  const foreground = spoken.map((value) => value ** P.power);
  const background = spoken.map((value) => Math.exp(-value / P.back));
  const light = discriminantPlane(planes, { foreground, background });
  let guide: Plane[] = planes;
  if (light) {
    guide = [{ data: light, ...size }];
    let [f, b] = [foreground, background];
    let mid: Float32Array | undefined;
    for (let pass = 0; pass < P.passes; pass++) {
      if (P.local > 0) mid = localLevels(light, f, b, size);
      if (pass + 1 < P.passes) {
        f = light.map((v, i) => (v > (mid ? mid[i]! : P.cut) && root.data[i]! > threshold * 0.3 ? 1 : 0));
        b = f.map((v) => 1 - v);
      }
    }
    for (let i = 0; i < theta.length; i++) {
      const odds = (light[i]! - (mid ? mid[i]! : P.cut)) / P.slope;
      theta[i]! += Math.max(-MOST_LOG_ODDS, Math.min(MOST_LOG_ODDS, odds));
    }
  }
  const couplings = coupling > 0 ? edgeCouplings(guide, { coupling, contrast: P.contrast, floor: P.floor }) : 0;
  const { probability, ...beliefs } = propagateBeliefs({ theta, ...size, coupling: couplings, iterations });
  return { mask: maskAbove({ data: probability, ...size }, 0.5), threshold, beliefs };
}

function localLevels(light: Float32Array, f: Float32Array, b: Float32Array, size: { height: number; width: number }) {
  const mean = (w: Float32Array) => {
    let [sw, sx] = [0, 0];
    for (let i = 0; i < w.length; i++) {
      sw += w[i]!;
      sx += w[i]! * light[i]!;
    }
    const g = sx / Math.max(1e-9, sw),
      e = (0.01 * sw) / w.length;
    const a = w.map((v, i) => v * light[i]!),
      c = Float32Array.from(w);
    blur(a, { ...size, sigma: P.local });
    blur(c, { ...size, sigma: P.local });
    return a.map((v, i) => (v + e * g) / (c[i]! + e));
  };
  const mf = mean(f),
    mb = mean(b);
  return mf.map((v, i) => mb[i]! + P.cut * (v - mb[i]!));
}
