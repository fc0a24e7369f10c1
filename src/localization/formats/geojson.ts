import { classColour } from '../../pixels/class-colours.ts';
import type { Colour } from '../../pixels/palette.ts';
import {
  classOf,
  type FieldRegions,
  meanAsWritten,
  measurementNames,
  measurementsOf,
} from '../regions/field-regions.ts';
import { type Polygon, traceOutlines } from './outlines.ts';

/**
 * The regions of a field as GeoJSON (RFC 7946, with pixels in place of degrees), as QuPath imports and exports objects.
 */
export interface RegionCollection {
  readonly type: 'FeatureCollection';
  readonly features: readonly RegionFeature[];
}

/** One region: its outline, and what QuPath shows of it. */
export interface RegionFeature {
  readonly type: 'Feature';
  readonly geometry:
    | { readonly type: 'Polygon'; readonly coordinates: Polygon }
    | { readonly type: 'MultiPolygon'; readonly coordinates: readonly Polygon[] };
  readonly properties: {
    readonly objectType: 'detection' | 'annotation';
    readonly classification?: { readonly name: string; readonly color: Colour };
    readonly measurements: Readonly<Record<string, number>>;
  };
}

/**
 * The regions of a field as GeoJSON that QuPath opens: each an object with the outline of its pixels (origin at the upper
 * left corner of the field, so that the first pixel reaches from 0 to 1), its class in a colour of its own, and the
 * measurements of `regions.csv` by the same names.
 *
 * @param options.classes names by `classIndex`
 * @param options.objectType the type of object in QuPath: detections (fit for thousands) or annotations (editable)
 *
 * @example
 * await writeFile('A01.geojson', JSON.stringify(regionsToGeoJson(found, { classes: ['round', 'flat'] })));
 */
export function regionsToGeoJson(
  found: FieldRegions,
  { classes = [], objectType = 'detection' }: GeoJsonOptions = {},
): RegionCollection {
  const outlines = traceOutlines({ ...found, data: found.labels });
  const features = found.regions.map((region) =>
    regionFeature(region, outlines.get(region.label)!, { classes, objectType }),
  );
  return { type: 'FeatureCollection', features };
}

/** One region. @param polygons its outline, as `traceOutlines` gives it */
export function regionFeature(
  region: FieldRegions['regions'][number],
  polygons: readonly Polygon[],
  { classes = [], objectType = 'detection' }: GeoJsonOptions = {},
): RegionFeature {
  const name = classOf(region, classes);
  const means = (region.means ?? []).map((mean, i) => [`MIL_Probability_${classes[i]}`, meanAsWritten(mean)]);
  const measured = measurementsOf(region).map((value, i) => [measurementNames[i]!, value]);
  return {
    type: 'Feature',
    geometry:
      polygons.length === 1
        ? { type: 'Polygon', coordinates: polygons[0]! }
        : { type: 'MultiPolygon', coordinates: polygons },
    properties: {
      objectType,
      ...(name === undefined ? {} : { classification: { name, color: classColour(region.classIndex!) } }),
      measurements: Object.fromEntries([['ObjectNumber', region.label], ...measured, ...means]),
    },
  };
}

export interface GeoJsonOptions {
  readonly classes?: readonly string[] | undefined;
  readonly objectType?: 'detection' | 'annotation' | undefined;
}
