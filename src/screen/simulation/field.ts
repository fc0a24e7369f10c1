import type { Image } from '../../image/image.ts';
import { createRandom } from '../../random.ts';
import { paintActin } from './actin.ts';
import { blend } from './blend.ts';
import { type ChannelExposure, expose } from './camera.ts';
import { channels, drawCell, type PlacedCell } from './cell.ts';
import { addDebris } from './debris.ts';
import { paintNucleus } from './dna.ts';
import { drawDefocus, imageLight } from './optics.ts';
import { type Phenotype, phenotypes } from './phenotypes.ts';
import { margin, placeCells } from './placement.ts';
import { createCanvas } from './strokes.ts';
import { forEachInside, shareField } from './territory.ts';
import { paintTubulin } from './tubulin.ts';
import { drawVacuoles } from './vacuoles.ts';

/** One field to simulate. */
export interface FieldOptions {
  readonly seed: number;
  /** What sets the field apart from all others: plate, well, site. */
  readonly key: readonly (number | string)[];
  /** Pixels along each side. */
  readonly size: number;
  /** What the cells that respond turn into. */
  readonly phenotype: Phenotype;
  /** Probability that a cell responds. */
  readonly responders: number;
  /** Mean number of cells in 512 × 512 pixels. */
  readonly density: number;
  /** One for each channel. */
  readonly exposures: readonly ChannelExposure[];
  /** How well the stain of each channel took in this well: a factor. */
  readonly stain: readonly number[];
}

/** The truth about one cell of a simulated field. */
export interface SimulatedCell {
  /** Its value in the label images, from 1. */
  readonly objectNumber: number;
  /** Centroid of the visible part of the cell (pixels, origin in the middle of the top left pixel). */
  readonly x: number;
  readonly y: number;
  /** Its true class. */
  readonly phenotype: string;
}

export interface SimulatedField {
  /** Counts, `[3, size, size]`: DNA, actin, tubulin. */
  readonly image: Image;
  /** Label image of the cells, `[size, size]`, 0 background. */
  readonly cells: Uint16Array;
  /** Label image of the nuclei, with the numbers of their cells. All pieces of a fragmented nucleus have one number. */
  readonly nuclei: Uint16Array;
  readonly truth: readonly SimulatedCell[];
}

/** A cell of which fewer pixels than this are seen is neither labelled nor counted. */
const leastVisible = 30;

/** Simulates one field of view. The same options give the same pixels. */
export function simulateField(options: FieldOptions): SimulatedField {
  const { seed, key, size, phenotype, responders, density, exposures, stain } = options;
  const normal = phenotypes[0]!;
  const random = createRandom(seed, 'field', ...key);
  const mean = density * ((size + 2 * margin) / 512) ** 2;
  const count = Math.max(1, Math.round(mean + 0.7 * Math.sqrt(mean) * random.normal()));
  const drawn = Array.from({ length: count }, (_, n) =>
    drawCell(createRandom(seed, 'cell', ...key, n), { phenotype, normal, responders }),
  );
  const placed = placeCells(random, drawn, { size });
  const { owner, territories } = shareField(placed, { size });

  const canvases = channels.map(() => createCanvas(size, size));
  const nucleusOf = new Uint16Array(size * size);
  placed.forEach((cell, index) => {
    const territory = territories[index]!;
    const paint = createRandom(seed, 'paint', ...key, index);
    const nucleus = paintNucleus(paint, cell, territory);
    const cytoplasm = [paintActin(paint, cell, territory), paintTubulin(paint, cell, territory)];
    const vacuoles = drawVacuoles(paint, cell, territory);
    const patterns = [
      nucleus.light,
      ...cytoplasm.map((light) => (vacuoles === undefined ? light : pierce(light, vacuoles))),
    ].map((light) => blend(territory, [[light, 1]]));
    patterns.forEach((pattern, channel) => {
      const { light } = canvases[channel]!;
      const amount = cell.light[channel]!;
      forEachInside(territory, size, (i, pixel) => {
        light[pixel]! += amount * pattern[i]!;
      });
    });
    forEachInside(territory, size, (i, pixel) => {
      if (nucleus.mask[i] === 1 && owner[pixel] === index + 1) nucleusOf[pixel] = index + 1;
    });
  });
  addDebris(random, canvases);

  const defocus = drawDefocus(random, { size });
  const data = new Uint16Array(channels.length * size * size);
  canvases.forEach(({ light }, channel) => {
    imageLight(light, { size, sigma: exposures[channel]!.sigma, defocus });
    expose(light, data.subarray(channel * size * size, (channel + 1) * size * size), {
      random: createRandom(seed, 'noise', ...key, channel),
      size,
      exposure: exposures[channel]!,
      stain: stain[channel]!,
    });
  });
  const image: Image = { data, channels: channels.length, height: size, width: size, channelNames: channels };
  return { image, ...label(placed, owner, nucleusOf, size) };
}

function pierce(light: Float32Array, vacuoles: Float32Array): Float32Array {
  return light.map((value, i) => value * vacuoles[i]!);
}

/** Numbers the cells that are seen, from 1, and finds their centroids. */
function label(
  placed: readonly PlacedCell[],
  owner: Uint16Array,
  nucleusOf: Uint16Array,
  size: number,
): Pick<SimulatedField, 'cells' | 'nuclei' | 'truth'> {
  const area = new Float64Array(placed.length + 1);
  const sumX = new Float64Array(placed.length + 1);
  const sumY = new Float64Array(placed.length + 1);
  for (let y = 0, pixel = 0; y < size; y++) {
    for (let x = 0; x < size; x++, pixel++) {
      const index = owner[pixel]!;
      area[index]! += 1;
      sumX[index]! += x;
      sumY[index]! += y;
    }
  }
  const numbers = new Uint16Array(placed.length + 1);
  const truth: SimulatedCell[] = [];
  placed.forEach(({ phenotype }, n) => {
    const pixels = area[n + 1]!;
    if (pixels < leastVisible) return;
    const objectNumber = truth.length + 1;
    numbers[n + 1] = objectNumber;
    truth.push({ objectNumber, x: sumX[n + 1]! / pixels, y: sumY[n + 1]! / pixels, phenotype });
  });
  const renumber = (labels: Uint16Array) => labels.map((index) => numbers[index]!);
  return { cells: renumber(owner), nuclei: renumber(nucleusOf), truth };
}
