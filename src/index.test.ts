import { describe, expect, it } from 'vitest';
import * as milscope from './index.ts';
import * as evaluation from './library/evaluation.ts';
import * as localization from './library/localization.ts';
import * as onnx from './library/onnx.ts';
import * as plots from './library/plots.ts';
import * as screen from './library/screen.ts';

const namesOf = (module: object): string[] => Object.keys(module).sort();

describe('what programs may import', () => {
  it('milscope', () => {
    expect(namesOf(milscope)).toMatchInlineSnapshot(`
      [
        "MilscopeError",
        "compare",
        "convert",
        "detect",
        "evaluate",
        "exportModel",
        "hits",
        "inspect",
        "isMilscopeError",
        "openModel",
        "openScreen",
        "predict",
        "profile",
        "segment",
        "simulate",
        "train",
        "version",
      ]
    `);
  });

  it('milscope/evaluation', () => {
    expect(namesOf(evaluation)).toMatchInlineSnapshot(`
      [
        "assessAssay",
        "chooseThresholds",
        "evaluatePredictions",
        "formatAssay",
        "formatComparisonCsv",
        "formatComparisonMarkdown",
        "formatMetrics",
        "labelsAbove",
        "methodsParagraph",
        "methodsReferences",
        "protocols",
        "splitFields",
        "summarizeComparison",
      ]
    `);
  });

  it('milscope/localization', () => {
    expect(namesOf(localization)).toMatchInlineSnapshot(`
      [
        "classProbabilityMap",
        "classifyRegions",
        "createCocoWriter",
        "createJacobianMapper",
        "detectNuclei",
        "edgeCouplings",
        "findClassRegions",
        "findRegions",
        "intensityLogOdds",
        "maskAbove",
        "overlapOf",
        "propagateBeliefs",
        "regionColumns",
        "regionRows",
        "regionsToGeoJson",
        "squareRoot",
        "thresholdLogOdds",
        "thresholdOf",
        "traceOutlines",
      ]
    `);
  });

  it('milscope/onnx', () => {
    expect(namesOf(onnx)).toMatchInlineSnapshot(`
      [
        "PREDICTION_SESSION",
        "averagePredictions",
        "createModelRunner",
        "createNodeSession",
        "createNodeSessionPool",
        "createProfileGraph",
        "createTiledPrediction",
        "cutAround",
        "describeModel",
        "encodeModelFile",
        "findLanes",
        "predictCells",
        "predictFields",
        "readModel",
        "thresholdsOf",
      ]
    `);
  });

  it('milscope/plots', () => {
    expect(namesOf(plots)).toMatchInlineSnapshot(`
      [
        "comparisonPlot",
        "learnedCurvesPlot",
        "perCellAccuracyPlot",
        "poolingCurvesPlot",
        "reliabilityPlot",
        "renderSvg",
        "respondersPlot",
      ]
    `);
  });

  it('milscope/screen', () => {
    expect(namesOf(screen)).toMatchInlineSnapshot(`
      [
        "checkFields",
        "labelParts",
        "labelSetsOf",
        "labelsOf",
        "nodeAccess",
        "openField",
        "readCells",
        "readField",
        "readObjects",
        "wellKey",
      ]
    `);
  });
});
