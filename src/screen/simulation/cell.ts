import type { Random } from '../../random.ts';
import { drawOutline, extent, type Outline } from './outline.ts';
import { dividing, type Phenotype, phenotypes } from './phenotypes.ts';

/** Names of the channels in the order of a simulated image. */
export const channels = ['DNA', 'Actin', 'Tubulin'] as const;

/** Everything about a cell but its place. Lengths in pixels, offsets from the centre of the cell. */
export interface Cell {
  /** What it looks like. */
  readonly form: Phenotype;
  /** Its true class: a dividing cell counts as normal. */
  readonly phenotype: string;
  readonly radius: number;
  /** Direction of the long axis (radians). */
  readonly angle: number;
  readonly outline: Outline;
  /** Largest distance of the outline. */
  readonly extent: number;
  readonly nucleus: { readonly x: number; readonly y: number; readonly radius: number; readonly outline: Outline };
  /** Light of the whole cell in each channel (photoelectrons). */
  readonly light: readonly [dna: number, actin: number, tubulin: number];
}

/** A cell with its centre in the field (pixels, origin in the middle of the top left pixel). */
export interface PlacedCell extends Cell {
  readonly x: number;
  readonly y: number;
}

/** Mean light of a normal cell in each channel (photoelectrons). */
const meanLight = [72_000, 130_000, 150_000] as const;
/** Mean light of a pixel of a normal cell in each channel (photoelectrons): of its nucleus, where DNA is. */
export const cellBrightness: readonly number[] = meanLight.map((light, channel) => {
  const { nucleus, cell } = phenotypes[0]!;
  return light / (Math.PI * (channel === 0 ? nucleus : cell).radius ** 2);
});
const dividingShare = 0.025;

/** Draws one cell: of `phenotype` with probability `responders`, else a normal one. */
export function drawCell(
  random: Random,
  { phenotype, normal, responders }: { phenotype: Phenotype; normal: Phenotype; responders: number },
): Cell {
  const responds = random.uniform() < responders;
  const divides = !responds && random.uniform() < dividingShare;
  const form = responds ? phenotype : divides ? dividing : normal;
  const radius = form.cell.radius * Math.exp(0.13 * random.normal());
  const angle = Math.PI * random.uniform();
  const aspect = 1 + (form.cell.aspect - 1) * Math.exp(0.35 * random.normal());
  const outline = drawOutline(random, { ...form.cell, radius, aspect, angle });
  const nucleusRadius = Math.min(0.72 * radius, form.nucleus.radius * Math.exp(0.09 * random.normal()));
  const wander = Math.min(0.16 * radius, Math.max(0, radius / Math.sqrt(aspect) - nucleusRadius));
  const turn = 2 * Math.PI * random.uniform();
  const shift = wander * Math.sqrt(random.uniform());
  const nucleus = {
    x: shift * Math.cos(turn),
    y: shift * Math.sin(turn),
    radius: nucleusRadius,
    outline: drawOutline(random, {
      radius: nucleusRadius,
      aspect: 1 + (form.nucleus.aspect - 1) * Math.exp(0.3 * random.normal()),
      angle: angle + 0.25 * random.normal(),
      roughness: 0.035,
    }),
  };
  // Large cells hold more. Staining goes up and down in all channels together, and in each on its own.
  const shared = 0.14 * random.normal() + 1.5 * Math.log(radius / form.cell.radius);
  const light = [form.light.dna, form.light.actin, form.light.tubulin].map(
    (factor, channel) => meanLight[channel]! * factor * Math.exp(shared + 0.14 * random.normal()),
  ) as [number, number, number];
  const name = responds ? phenotype.name : normal.name;
  return { form, phenotype: name, radius, angle, outline, extent: extent(outline), nucleus, light };
}
