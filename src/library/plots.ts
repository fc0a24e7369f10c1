/** `milscope/plots`: plots as specifications of Vega-Lite, and SVG of them without a browser. */
export { comparisonPlot } from '../report/plots/comparison-plot.ts';
export { type LearnedThreshold, learnedCurvesPlot } from '../report/plots/learned-curves-plot.ts';
export { type CellAccuracy, perCellAccuracyPlot } from '../report/plots/per-cell-accuracy-plot.ts';
export type { PlotSpec } from '../report/plots/plot-spec.ts';
export { type PooledBy, poolingCurvesPlot } from '../report/plots/pooling-curves-plot.ts';
export { reliabilityPlot } from '../report/plots/reliability-plot.ts';
export { renderSvg } from '../report/plots/render-svg.ts';
export { type RespondingClass, respondersPlot } from '../report/plots/responders-plot.ts';
