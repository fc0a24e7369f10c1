/**
 * milscope for programs that run in Node: read a screen, train on it, predict it, say what the predictions are worth.
 *
 * A call is awaited for its result, or iterated for its events, of which the last has the result; `predict` is iterated for
 * its rows. The pieces that these are made of are in `milscope/evaluation`, `milscope/localization`, `milscope/plots`,
 * `milscope/onnx` and `milscope/screen`.
 */
import type * as z from 'zod';
import { type CallOptions, call, type ModelLike, type RunOptions, type ScreenLike } from './library/run.ts';
import { compare as compareWorkflow } from './workflows/compare/compare.ts';
import { convert as convertWorkflow } from './workflows/convert/convert.ts';
import { detect as detectWorkflow } from './workflows/detect/detect.ts';
import { evaluate as evaluateWorkflow } from './workflows/evaluate/evaluate.ts';
import { exportModel as exportWorkflow } from './workflows/export/export.ts';
import { hits as hitsWorkflow } from './workflows/hits/hits.ts';
import { inspect as inspectWorkflow } from './workflows/inspect/inspect.ts';
import { profile as profileWorkflow } from './workflows/profile/profile.ts';
import { segment as segmentWorkflow } from './workflows/segment/segment.ts';
import { simulate as simulateWorkflow } from './workflows/simulate/simulate.ts';
import { train as trainWorkflow } from './workflows/train/train.ts';
import type { Run, Workflow } from './workflows/workflow.ts';

export {
  type AnyMilscopeError,
  type DetailsOf,
  type ErrorDetails,
  type ErrorTag,
  isMilscopeError,
  MilscopeError,
} from './errors.ts';
export type { Assay } from './evaluation/assay/assay.ts';
export type { Metrics } from './evaluation/evaluate.ts';
export type { PredictionRow } from './evaluation/prediction-table.ts';
export { version } from './files/version.ts';
export { type Model, openModel, openScreen } from './library/open.ts';
export { type Prediction, type PredictOptions, predict } from './library/predict.ts';
export type { ModelLike, RunOptions, ScreenLike } from './library/run.ts';
export type { Field, Screen } from './screen/screen.ts';
export type { ScreenOptions } from './screen/screen-options.ts';
export type { WorkEvent, WorkflowEvent } from './workflows/events.ts';
export type { Run } from './workflows/workflow.ts';

/** The options of a workflow on a screen, and those of one on a model and a screen. */
type OnScreen<W> = W extends Workflow<infer Request, z.ZodType> ? CallOptions<Request, 'screen'> : never;
type OnModel<W> = W extends Workflow<infer Request, z.ZodType> ? CallOptions<Request, 'model' | 'screen'> : never;
type ResultOf<W> = W extends Workflow<z.ZodType, infer Result> ? z.output<Result> : never;

export type TrainOptions = OnScreen<typeof trainWorkflow>;
export type TrainResult = ResultOf<typeof trainWorkflow>;
export type EvaluateOptions = CallOptions<(typeof evaluateWorkflow)['request'], 'predictions'>;
export type HitsOptions = CallOptions<(typeof hitsWorkflow)['request'], 'predictions'>;
export type HitsResult = ResultOf<typeof hitsWorkflow>;
export type SegmentOptions = OnModel<typeof segmentWorkflow>;
export type SegmentResult = ResultOf<typeof segmentWorkflow>;
export type CompareOptions = OnScreen<typeof compareWorkflow>;
export type CompareResult = ResultOf<typeof compareWorkflow>;
export type InspectOptions = OnScreen<typeof inspectWorkflow>;
export type InspectResult = ResultOf<typeof inspectWorkflow>;
export type DetectOptions = OnScreen<typeof detectWorkflow>;
export type DetectResult = ResultOf<typeof detectWorkflow>;
export type ProfileOptions = OnScreen<typeof profileWorkflow>;
export type ProfileResult = ResultOf<typeof profileWorkflow>;
export type ConvertOptions = OnScreen<typeof convertWorkflow>;
export type ConvertResult = ResultOf<typeof convertWorkflow>;
export type ExportOptions = CallOptions<(typeof exportWorkflow)['request'], 'model'>;
export type ExportResult = ResultOf<typeof exportWorkflow>;
export type SimulateOptions = CallOptions<(typeof simulateWorkflow)['request'], 'out'>;
export type SimulateResult = ResultOf<typeof simulateWorkflow>;

/** Trains a classifier into the folder `out`, as `milscope train` does. @throws MilscopeError */
export function train(screen: ScreenLike, options: TrainOptions): Run<TrainResult> {
  return call(trainWorkflow, options, { screen });
}

/** Says how well the predictions in a table agree with the truth. @throws MilscopeError */
export function evaluate(predictions: string, options: EvaluateOptions): Run<ResultOf<typeof evaluateWorkflow>> {
  return call(evaluateWorkflow, { ...options, predictions } as RunOptions);
}

/** Decides on wells and treatments by their controls: quality of plates, hits, dose-response. @throws MilscopeError */
export function hits(predictions: string, options: HitsOptions): Run<HitsResult> {
  return call(hitsWorkflow, { ...options, predictions } as RunOptions);
}

/** Draws Jacobian maps, and makes masks and regions of them, in the folder `out`. @throws MilscopeError */
export function segment(model: ModelLike, screen: ScreenLike, options: SegmentOptions): Run<SegmentResult> {
  return call(segmentWorkflow, options, { model, screen });
}

/** Compares pooling functions and baselines, in the folder `out`. @throws MilscopeError */
export function compare(screen: ScreenLike, options: CompareOptions): Run<CompareResult> {
  return call(compareWorkflow, options, { screen });
}

/** Opens every image of a screen and says what should be known before training. @throws MilscopeError */
export function inspect(screen: ScreenLike, options: InspectOptions = {}): Run<InspectResult> {
  return call(inspectWorkflow, options, { screen });
}

/** Finds the nuclei of every field and writes where they are. @throws MilscopeError */
export function detect(screen: ScreenLike, options: DetectOptions): Run<DetectResult> {
  return call(detectWorkflow, options, { screen });
}

/** Measures the cells of every field as CellProfiler does. @throws MilscopeError */
export function profile(screen: ScreenLike, options: ProfileOptions): Run<ProfileResult> {
  return call(profileWorkflow, options, { screen });
}

/** Writes a screen as OME-Zarr plates. @throws MilscopeError */
export function convert(screen: ScreenLike, options: ConvertOptions): Run<ConvertResult> {
  return call(convertWorkflow, options, { screen });
}

/** Makes a bioimage.io package of a model, given by its path or that of its run folder. @throws MilscopeError */
export function exportModel(model: string, options: ExportOptions): Run<ExportResult> {
  return call(exportWorkflow, { ...options, model } as RunOptions);
}

/** Makes a synthetic screen with truth in a folder. @throws MilscopeError */
export function simulate(out: string, options: SimulateOptions = {}): Run<SimulateResult> {
  return call(simulateWorkflow, { ...options, out } as RunOptions);
}
