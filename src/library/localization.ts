/** `milscope/localization`: Jacobian maps, thresholds, belief propagation, masks, regions, nuclei and overlap. */
export { type EdgeCouplingOptions, edgeCouplings } from '../localization/belief/edge-couplings.ts';
export {
  type BeliefOptions,
  type Beliefs,
  type EdgeCouplings,
  propagateBeliefs,
} from '../localization/belief/propagate-beliefs.ts';
export { classProbabilityMap, type InstanceMap } from '../localization/class-probability-map.ts';
export { type CocoWriter, createCocoWriter, type TextSink } from '../localization/formats/coco.ts';
export { type RegionCollection, regionsToGeoJson } from '../localization/formats/geojson.ts';
export { type Polygon, traceOutlines } from '../localization/formats/outlines.ts';
export { regionColumns, regionRows } from '../localization/formats/region-table.ts';
export {
  createJacobianMapper,
  type DrawJacobianMap,
  type JacobianMap,
  type JacobianMapOptions,
} from '../localization/jacobian-map.ts';
export { type DetectedNuclei, type DetectOptions, detectNuclei, type Nucleus } from '../localization/nuclei/nuclei.ts';
export { type MaskLike, type Overlap, overlapOf } from '../localization/overlap.ts';
export type { Mask, Plane } from '../localization/plane.ts';
export {
  type ClassifiedRegion,
  type ClassMaps,
  classifyRegions,
  findClassRegions,
} from '../localization/regions/class-regions.ts';
export type { FieldRegions } from '../localization/regions/field-regions.ts';
export type { LabelledRegions, Region } from '../localization/regions/measure-labels.ts';
export { findRegions, type RegionOptions } from '../localization/regions/regions.ts';
export { type IntensityModelOptions, intensityLogOdds } from '../localization/threshold/intensity-log-odds.ts';
export { maskAbove, type ThresholdChoice, thresholdOf } from '../localization/threshold/threshold.ts';
export { squareRoot, type ThresholdLogOddsOptions, thresholdLogOdds } from '../localization/threshold/unary.ts';
export type { Image } from '../pixels/pixels.ts';
