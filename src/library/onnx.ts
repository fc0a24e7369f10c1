/** `milscope/onnx`: model files, and the sessions that run them. */
export { describeModel, encodeModelFile, type ModelDescription, thresholdsOf } from '../network/model-file.ts';
export { createProfileGraph } from '../network/profile-graph.ts';
export { type NetworkModel, readModel } from '../network/read-model.ts';
export { createTiledPrediction, type PredictInTiles, type TiledPrediction } from '../network/tiles/predict-in-tiles.ts';
export { findLanes } from '../onnx/blocked/find-lanes.ts';
export { createNodeSession } from '../onnx/node/session.ts';
export { createNodeSessionPool } from '../onnx/node/session-pool.ts';
export type { SessionPool } from '../onnx/session-pool.ts';
export { averagePredictions, type FieldPrediction } from '../prediction/average-predictions.ts';
export { cutAround } from '../prediction/crop.ts';
export { type CellPrediction, predictCells } from '../prediction/predict-cells.ts';
export { predictFields } from '../prediction/predict-fields.ts';
export { createModelRunner, PREDICTION_SESSION, type RunModel } from '../prediction/run-model.ts';
