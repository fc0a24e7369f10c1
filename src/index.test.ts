import { expect, it } from 'vitest';
import * as milscope from './index.ts';

it('exports what stands here, and nothing else', () => {
  expect(Object.keys(milscope).sort()).toMatchInlineSnapshot(`
    [
      "MilscopeError",
      "PREDICTION_SESSION",
      "checkFields",
      "chooseThresholds",
      "createNodeSession",
      "createNodeSessionPool",
      "decodeCheckpoint",
      "describeModel",
      "detectNuclei",
      "encodeCheckpoint",
      "encodeModelFile",
      "evaluatePredictions",
      "formatMetrics",
      "isMilscopeError",
      "labelParts",
      "labelSetsOf",
      "labelsAbove",
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
      "thresholdsOf",
      "train",
      "trainFactorAnalysis",
      "trainFieldFeatures",
      "trainSvmEnsemble",
      "wellKey",
      "writeSimulatedScreen",
    ]
  `);
});
