/**
 * A plot as a Vega-Lite specification, plain JSON: what `renderSvg` draws, and what any Vega-Lite editor opens. Vega-Lite's
 * own type does not compile under TypeScript's `exactOptionalPropertyTypes`, so it stays out of the public types; the plots
 * are checked against it where they are made.
 */
export interface PlotSpec {
  readonly [property: string]: unknown;
}
