import type { Random } from '../../random.ts';
import type { WellCount } from '../interval.ts';

/** How the fields of simulated wells are drawn. */
export interface DrawnWells {
  readonly wells: number;
  /** Fields of a well. */
  readonly fields: number;
  /** Share of the fields that are right, over all wells that could be drawn. */
  readonly rate: number;
  /** Correlation between the fields of a well. */
  readonly correlation: number;
  /** `beta`: each well has a rate of its own, from a beta distribution; `alike`: the fields of some wells are all alike. */
  readonly of: 'beta' | 'alike';
}

/** Draws wells, in turn of one of three classes that are predicted equally well. */
export function drawWells({ wells, fields, rate, correlation, of }: DrawnWells, random: Random): readonly WellCount[] {
  return Array.from({ length: wells }, (_, well) => {
    const own = of === 'beta' ? drawBeta(rate, correlation, random) : rate;
    const alike = of === 'alike' && random.uniform() < correlation;
    const shared = random.uniform() < own;
    let correct = 0;
    for (let field = 0; field < fields; field++) if (alike ? shared : random.uniform() < own) correct++;
    return { well, class: well % 3, n: fields, correct };
  });
}

/** A rate with this mean, of wells whose fields have this correlation. */
function drawBeta(mean: number, correlation: number, random: Random): number {
  const shape = (1 - correlation) / correlation;
  const [right, wrong] = [drawGamma(mean * shape, random), drawGamma((1 - mean) * shape, random)];
  return right + wrong > 0 ? right / (right + wrong) : Number(random.uniform() < mean);
}

/** Marsaglia and Tsang (2000), ACM Trans. Math. Softw. 26:363. */
function drawGamma(shape: number, random: Random): number {
  if (shape < 1) return drawGamma(shape + 1, random) * random.uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = random.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(random.uniform()) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
