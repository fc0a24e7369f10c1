/**
 * milscope for programs that run in Node: read a screen, train on it, predict it, say what the predictions are worth.
 * The command line is made of these pieces.
 */
export { type ErrorDetails, type ErrorTag, isMilscopeError, MilscopeError } from './errors.ts';
export { type ComparisonRow, formatComparisonCsv } from './evaluation/comparison/comparison.ts';
export { formatComparisonMarkdown } from './evaluation/comparison/markdown.ts';
export { methodsParagraph, methodsReferences } from './evaluation/comparison/methods.ts';
export type { MethodsFacts } from './evaluation/comparison/methods-facts.ts';
export { type ComparisonSummary, summarize as summarizeComparison } from './evaluation/comparison/summarize.ts';
export { type EvaluateOptions, evaluatePredictions, type Metrics } from './evaluation/evaluate.ts';
export { formatMetrics } from './evaluation/format.ts';
export type { PredictionRow, PredictionTable } from './evaluation/prediction-table.ts';
export type { Fold, LeftOut, Protocol, ProtocolOptions, ProtocolSplit } from './evaluation/protocols/protocol.ts';
export { type ProtocolName, protocols } from './evaluation/protocols/protocols.ts';
export { type Split, splitFields } from './evaluation/splits.ts';
export { chooseThresholds, labelsAbove } from './evaluation/thresholds.ts';
export { openWhole } from './files/open-whole.ts';

export { readImage } from './image/read.ts';
export { writeLabels } from './image/write-labels.ts';
export { type EdgeCouplingOptions, edgeCouplings } from './localization/belief/edge-couplings.ts';
export {
  type BeliefOptions,
  type Beliefs,
  type EdgeCouplings,
  propagateBeliefs,
} from './localization/belief/propagate-beliefs.ts';
export { classProbabilityMap, type InstanceMap } from './localization/class-probability-map.ts';
export { type CocoWriter, createCocoWriter, type TextSink } from './localization/formats/coco.ts';
export { type RegionCollection, regionsToGeoJson } from './localization/formats/geojson.ts';
export { type Polygon, traceOutlines } from './localization/formats/outlines.ts';
export { regionColumns, regionRows } from './localization/formats/region-table.ts';
export { createJacobianGraph, type JacobianGraphOptions } from './localization/jacobian-graph.ts';
export {
  createJacobianMapper,
  type DrawJacobianMap,
  type JacobianMap,
  type JacobianMapOptions,
} from './localization/jacobian-map.ts';
export { type DetectedNuclei, type DetectOptions, detectNuclei, type Nucleus } from './localization/nuclei/nuclei.ts';
export { type MaskLike, type Overlap, overlapOf } from './localization/overlap.ts';
export type { Mask, Plane } from './localization/plane.ts';
export {
  type ClassifiedRegion,
  type ClassMaps,
  classifyRegions,
  findClassRegions,
} from './localization/regions/class-regions.ts';
export type { FieldRegions } from './localization/regions/field-regions.ts';
export type { LabelledRegions, Region } from './localization/regions/measure-labels.ts';
export { findRegions, type RegionOptions } from './localization/regions/regions.ts';
export { type IntensityModelOptions, intensityLogOdds } from './localization/threshold/intensity-log-odds.ts';
export { maskAbove, type ThresholdChoice, thresholdOf } from './localization/threshold/threshold.ts';
export { squareRoot, type ThresholdLogOddsOptions, thresholdLogOdds } from './localization/threshold/unary.ts';
export { describeModel, encodeModelFile, type ModelDescription, thresholdsOf } from './network/model-file.ts';
export { createProfileGraph } from './network/profile-graph.ts';
export { type NetworkModel, readModel } from './network/read-model.ts';
export { createTiledPrediction, type PredictInTiles, type TiledPrediction } from './network/tiles/predict-in-tiles.ts';
export { createNodeSession } from './onnx/node/session.ts';
export { createNodeSessionPool } from './onnx/node/session-pool.ts';
export type { SessionPool } from './onnx/session-pool.ts';
export { normalizationOf, sumChannels } from './pixels/channel-sums.ts';
export type { Image } from './pixels/pixels.ts';
export { averagePredictions, type FieldPrediction } from './prediction/average-predictions.ts';
export { cutAround } from './prediction/crop.ts';
export { type CellPrediction, predictCells } from './prediction/predict-cells.ts';
export { PREDICTION_SESSION, predictFields } from './prediction/predict-fields.ts';
export { type CellFeatures, type CellOptions, measureCells } from './profiling/cell-features.ts';
export { type FactorAnalysisClassifier, type TreatedFields, trainFactorAnalysis } from './profiling/factor-profiles.ts';
export type { FieldCells, TrainingFields } from './profiling/field-classifier.ts';
export { type FieldFeaturesClassifier, trainFieldFeatures } from './profiling/field-features.ts';
export { type FieldProfile, profileField } from './profiling/field-profile.ts';
export { type Measurements, measureImage } from './profiling/image-features.ts';
export { type SvmEnsembleClassifier, type SvmEnsembleOptions, trainSvmEnsemble } from './profiling/svm-ensemble.ts';
export { type GalleryField, type GalleryOptions, renderGallery } from './report/gallery/gallery.ts';
export { comparisonPlot } from './report/plots/comparison-plot.ts';
export { type LearnedThreshold, learnedCurvesPlot } from './report/plots/learned-curves-plot.ts';
export { type CellAccuracy, perCellAccuracyPlot } from './report/plots/per-cell-accuracy-plot.ts';
export type { PlotSpec } from './report/plots/plot-spec.ts';
export { type PooledBy, poolingCurvesPlot } from './report/plots/pooling-curves-plot.ts';
export { renderSvg } from './report/plots/render-svg.ts';
export { type RespondingClass, respondersPlot } from './report/plots/responders-plot.ts';
export { type Cell, type Cells, readCells } from './screen/cells/read-cells.ts';
export { checkFields } from './screen/check-fields.ts';
export { labelParts, labelSetsOf } from './screen/label-sets.ts';
export { labelsOf } from './screen/labels.ts';
export { nodeAccess } from './screen/node/access.ts';
export { findObjectFiles } from './screen/objects/objects-folder.ts';
export { type ObjectLabels, readLabelImage, readObjects } from './screen/objects/read-objects.ts';
export { type OpenField, openField, type ReadFieldOptions } from './screen/open-field.ts';
export { readField } from './screen/read-field.ts';
export { readScreen } from './screen/read-screen.ts';
export type { Field, Screen } from './screen/screen.ts';
export { writeSimulatedScreen } from './screen/simulation/write-screen.ts';
export { wellKey } from './screen/well.ts';
export { cellsOfEpoch } from './training/cell-sampler.ts';
export { decodeCheckpoint, encodeCheckpoint } from './training/checkpoint.ts';
export type { TrainingInputs } from './training/inputs.ts';
export type { TrainingState } from './training/state.ts';
export { type TrainingEvent, train } from './training/trainer.ts';
