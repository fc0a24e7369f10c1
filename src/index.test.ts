import { expect, it } from 'vitest';
import * as milscope from './index.ts';

it('exports what stands here, and nothing else', () => {
  expect(Object.keys(milscope).sort()).toMatchInlineSnapshot(`
    [
      "MilscopeError",
      "PREDICTION_SESSION",
      "averagePredictions",
      "cellsOfEpoch",
      "checkFields",
      "createNodeSession",
      "createNodeSessionPool",
      "cutAround",
      "decodeCheckpoint",
      "describeModel",
      "detectNuclei",
      "encodeCheckpoint",
      "encodeModelFile",
      "evaluatePredictions",
      "formatMetrics",
      "isMilscopeError",
      "labelsOf",
      "measureCells",
      "measureImage",
      "normalizationOf",
      "predictCells",
      "predictFields",
      "profileField",
      "protocols",
      "readCells",
      "readField",
      "readImage",
      "readScreen",
      "splitFields",
      "sumChannels",
      "train",
      "trainFactorAnalysis",
      "trainFieldFeatures",
      "trainSvmEnsemble",
      "wellKey",
      "writeSimulatedScreen",
    ]
  `);
});
