import { createRandom } from '../../random.ts';
import { drawExposures } from './camera.ts';
import { channels } from './cell.ts';
import type { FieldOptions } from './field-options.ts';
import { drawShade } from './illumination.ts';
import { checkOptions, density, plateFormats, type ScreenOptions } from './screen-options.ts';
import { drawTreatments, emptyTreatment, turnOf } from './treatments.ts';

/** One field of the plan: where it stands, and what to simulate. */
export interface PlannedField {
  readonly imageNumber: number;
  readonly plate: string;
  /** Row letter and column number of two digits, as `A01`. */
  readonly well: string;
  /** From 1. */
  readonly site: number;
  readonly replicate: number;
  readonly compound: string;
  /** Micromolar; 0 of the solvent. */
  readonly concentration: number;
  /** Names of the phenotypes that its cells respond with, with `|` between them; `empty` without cells. */
  readonly label: string;
  readonly options: FieldOptions;
}

const stainSpread = 0.08;

/**
 * Plans a screen: treatments for every class, the same on every plate, in wells of the plate's first rows in an order
 * drawn anew for each plate. Plates differ in light and camera, wells in density and staining, more than classes do, so
 * that no mean intensity gives the class away.
 *
 * @throws BadOption when a number makes no sense
 */
export function planScreen(options: ScreenOptions): PlannedField[] {
  const checked = checkOptions(options);
  const { seed, plates, wells, sites, size, responders, mixture, emptyWells, illumination, background, debris } =
    checked;
  const seeded = wells - emptyWells;
  const treatments = drawTreatments(seed, { ...checked, wells: seeded });
  const names = wellNames(wells);
  const fields: PlannedField[] = [];
  for (let replicate = 1; replicate <= plates; replicate++) {
    const exposures = drawExposures(createRandom(seed, 'plate', replicate), channels.length);
    const shades = channels.map((_, n) => drawShade(createRandom(seed, 'illumination', replicate, n)));
    const lit = exposures.map((exposure, n) =>
      illumination === undefined ? exposure : { ...exposure, illumination: { depth: illumination, shade: shades[n]! } },
    );
    const order = createRandom(seed, 'wells', replicate).shuffle(
      names.map((_, i) => (i < seeded ? turnOf(i, seeded, treatments, replicate) : emptyTreatment)),
    );
    names.forEach((well, place) => {
      const { responses, label, compound, concentration, responders: share } = order[place]!;
      const random = createRandom(seed, 'well', replicate, place);
      const grown = responses.reduce((sum, response) => sum + response.share * response.phenotype.density, 0);
      const crowd = density.mean * grown * Math.exp(density.spread * random.normal());
      const jitter = 0.04 * (2 * random.uniform() - 1);
      const stain = channels.map(() => Math.exp(stainSpread * random.normal()));
      for (let site = 1; site <= sites; site++) {
        fields.push({
          imageNumber: fields.length + 1,
          plate: `Plate${replicate}`,
          well,
          site,
          replicate,
          compound,
          concentration,
          label,
          options: {
            seed,
            key: [replicate, place, site],
            size,
            responses,
            complete: mixture[1] > 1,
            responders: share === 0 ? 0 : clamp(share + jitter, responders[0], responders[1]),
            density: clamp(crowd, density.least, density.most),
            exposures: lit,
            stain,
            background,
            debris,
          },
        });
      }
    });
  }
  return fields;
}

/** Names of the first `count` wells of the smallest plate that has as many, row by row. */
function wellNames(count: number): string[] {
  const { columns } = plateFormats.find(({ rows, columns }) => rows * columns >= count)!;
  return Array.from({ length: count }, (_, i) => {
    const row = String.fromCharCode('A'.charCodeAt(0) + Math.floor(i / columns));
    return `${row}${String((i % columns) + 1).padStart(2, '0')}`;
  });
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
