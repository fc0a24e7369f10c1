/** The few functions of jStat that are used; the package comes without types. */
declare module 'jstat' {
  interface Distributions {
    readonly normal: { cdf(x: number, mean: number, deviation: number): number };
    readonly studentt: { inv(p: number, degrees: number): number };
    readonly chisquare: { inv(p: number, degrees: number): number };
    /** The regularized incomplete beta function I_x(a, b). */
    ibeta(x: number, a: number, b: number): number;
  }
  const jStat: Distributions;
  export default jStat;
}
