/** `milscope/evaluation`: metrics, protocols, thresholds, assays, and the tables and words of comparisons. */
export type { Assay } from '../evaluation/assay/assay.ts';
export { type AssayRequest, assessAssay } from '../evaluation/assay/assess.ts';
export { formatAssay } from '../evaluation/assay/format.ts';
export { type ComparisonRow, formatComparisonCsv } from '../evaluation/comparison/comparison.ts';
export { formatComparisonMarkdown } from '../evaluation/comparison/markdown.ts';
export { methodsParagraph, methodsReferences } from '../evaluation/comparison/methods.ts';
export type { MethodsFacts } from '../evaluation/comparison/methods-facts.ts';
export { type ComparisonSummary, summarize as summarizeComparison } from '../evaluation/comparison/summarize.ts';
export { type EvaluateOptions, evaluatePredictions, type Metrics } from '../evaluation/evaluate.ts';
export { formatMetrics } from '../evaluation/format.ts';
export type { PredictionRow, PredictionTable } from '../evaluation/prediction-table.ts';
export type { Fold, LeftOut, Protocol, ProtocolOptions, ProtocolSplit } from '../evaluation/protocols/protocol.ts';
export { type ProtocolName, protocols } from '../evaluation/protocols/protocols.ts';
export { type Split, splitFields } from '../evaluation/splits.ts';
export { chooseThresholds, labelsAbove } from '../evaluation/thresholds.ts';
