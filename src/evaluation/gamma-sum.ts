/** `shape` is that of a gamma variable of scale 1, `factor` what it is multiplied by. */
export interface GammaTerm {
  readonly shape: number;
  readonly factor: number;
}

/** Step of the trapezoidal rule, and where it ends; the integrand falls at least with exp(-y). */
const STEP = 0.15;
const END = 30;

/**
 * The probability that a weighted sum of independent gamma variables, Σ_j b_j G_j with G_j of shape m_j, is at most 0; to
 * about 9 digits.
 *
 * With the cumulant function K(s) = -Σ m_j log(1 - s b_j) it is -1/(2πi) ∫ exp(K(s)) / s ds along a path from below to above
 * the real axis that crosses it left of 0, and 1 minus the same without its sign right of 0. The path
 *
 *     s(y) = c + h (i sinh(y) + κ (cosh(y) - 1)),   h = 1 / √K''(c),   κ = h K'''(c) / (3 K''(c)) within ±0.8,
 *
 * begins at the saddle point K'(c) = 0, or near it where that is too close to the pole at 0, and follows the steepest
 * descent, so that the trapezoidal rule converges exponentially. Rice (1980), SIAM J. Sci. Stat. Comput. 1:438.
 */
export function probabilityAtMostZero(terms: readonly GammaTerm[]): number {
  const least = Math.min(...terms.map(({ factor }) => factor));
  const most = Math.max(...terms.map(({ factor }) => factor));
  if (most <= 0) return 1;
  if (least >= 0) return 0;
  const saddle = saddlePoint(terms, [1 / least, 1 / most]);
  const deviation = Math.sqrt(terms.reduce((sum, { shape, factor }) => sum + shape * factor ** 2, 0));
  const c =
    saddle < 0
      ? Math.min(saddle, Math.max(-0.5 / deviation, 0.5 / least))
      : Math.max(saddle, Math.min(0.5 / deviation, 0.5 / most));
  const tail = (Math.abs(integrate(terms, c)) * STEP) / Math.PI;
  return Math.min(1, saddle < 0 ? tail : Math.max(0, 1 - tail));
}

/** The sum of the integrand's imaginary part over the steps of the path, the first of them half. */
function integrate(terms: readonly GammaTerm[], c: number): number {
  const moment = (order: number) =>
    terms.reduce((sum, { shape, factor }) => sum + shape * (factor / (1 - c * factor)) ** order, 0);
  const curvature = moment(2);
  const h = 1 / Math.sqrt(curvature);
  // The third derivative is twice the third moment.
  const bend = Math.max(-0.8, Math.min(0.8, (2 * h * moment(3)) / (3 * curvature)));
  let sum = 0;
  for (let y = 0; y <= END; y += STEP) {
    const [sinh, cosh] = [Math.sinh(y), Math.cosh(y)];
    const [re, im] = [c + h * bend * (cosh - 1), h * sinh];
    let [size, angle] = [0, 0];
    for (const { shape, factor } of terms) {
      const [along, across] = [1 - re * factor, im * factor];
      size -= (shape / 2) * Math.log(along * along + across * across);
      angle += shape * Math.atan2(across, along);
    }
    // ds/dy is h (κ sinh(y) + i cosh(y)); this is h times its quotient by s.
    const part = (Math.exp(size) * h) / (re * re + im * im);
    const [real, imaginary] = [bend * sinh * re + cosh * im, cosh * re - bend * sinh * im];
    sum += (y === 0 ? 0.5 : 1) * part * (real * Math.sin(angle) + imaginary * Math.cos(angle));
    if (part * Math.hypot(real, imaginary) < 1e-16) break;
  }
  return sum;
}

/** Where K' is 0, between the poles of K; K' rises from pole to pole. */
function saddlePoint(terms: readonly GammaTerm[], [from, to]: readonly [number, number]): number {
  let [low, high] = [from, to];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    const slope = terms.reduce((sum, { shape, factor }) => sum + (shape * factor) / (1 - middle * factor), 0);
    if (slope < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
