import { compareMethods, poolingLabel } from '../../evaluation/comparison/names.ts';
import { type CurvePooling, hasPoolingCurve, poolingCurve } from '../../network/pooling/curve.ts';
import type { PoolingName } from '../../network/pooling/poolings.ts';
import { curveSpec } from './curves.ts';
import type { PlotSpec } from './plot-spec.ts';
import { dashOf, type Look, looks } from './theme.ts';

/** A pooling function with its sharpness, where it has one. */
export interface PooledBy {
  readonly pooling: PoolingName;
  readonly sharpness?: number;
}

interface Curve {
  readonly pooling: CurvePooling;
  readonly label: string;
  readonly values: readonly number[];
}

/** Instances of the bag. */
const INSTANCES = 400;

/**
 * Figure 2 of the paper, left: P of a bag of 400 instances, a share of which has p = 1 and all others p = 0, for each
 * pooling function; Noisy-AND with its first threshold, b = 0.5. A colour for each pooling function, a dash for each
 * sharpness; where curves are the same, one is drawn and bears all names. Attention has no such curve and is left out,
 * since its weights depend on more than the probabilities.
 */
export function poolingCurvesPlot(poolings: readonly PooledBy[]): PlotSpec {
  const curves = poolings
    .toSorted((a, b) => compareMethods(asNetwork(a), asNetwork(b)))
    .flatMap(({ pooling, sharpness }): Curve[] => {
      if (!hasPoolingCurve(pooling)) return [];
      const curve = poolingCurve({ pooling, sharpness });
      const values = Array.from({ length: INSTANCES + 1 }, (_, positive) => curve(positive / INSTANCES));
      return [{ pooling, label: poolingLabel({ pooling, sharpness }), values }];
    });
  const distinct = curves.filter((curve, i) => curves.findIndex((other) => same(other, curve)) === i);
  const lookOf = looksByFamily(distinct);
  return curveSpec({
    title: 'Pooling functions',
    subtitle: 'A bag in which some instances have p = 1 and all others p = 0; Noisy-AND with b = 0.5',
    x: 'Share of the instances with p = 1, the mean instance probability p̄',
    y: 'Probability of the bag, P',
    lines: distinct.map((curve, i) => ({
      name: [...new Set(curves.flatMap((other) => (same(other, curve) ? [other.label] : [])))].join(', '),
      look: lookOf[i]!,
      points: curve.values.map((value, positive) => ({ x: positive / INSTANCES, y: value })),
    })),
  });
}

function asNetwork({ pooling, sharpness }: PooledBy) {
  return { method: pooling, kind: 'network', pooling, ...(sharpness === undefined ? {} : { sharpness }) } as const;
}

function same(a: Curve, b: Curve): boolean {
  return a.values.every((value, i) => Math.abs(value - b.values[i]!) < 1e-9);
}

function looksByFamily(curves: readonly Curve[]): readonly Look[] {
  const families = [...new Set(curves.map(({ pooling }) => pooling))];
  const ofFamily = looks(families.length);
  return curves.map((curve) => {
    const alike = curves.filter(({ pooling }) => pooling === curve.pooling);
    return { ...ofFamily[families.indexOf(curve.pooling)]!, dash: dashOf(alike.indexOf(curve)) };
  });
}
