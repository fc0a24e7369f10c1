import type { Image } from '../../pixels/pixels.ts';
import { createRandom } from '../../random.ts';
import { paintActin } from './actin.ts';
import { blend } from './blend.ts';
import { expose } from './camera.ts';
import { cellBrightness, channels } from './cell.ts';
import { addDebris, addRareDebris } from './debris.ts';
import { paintNucleus } from './dna.ts';
import type { FieldOptions } from './field-options.ts';
import { drawShade, renderShade } from './illumination.ts';
import { drawDefocus, imageLight } from './optics.ts';
import { drawPopulation } from './population.ts';
import { createCanvas } from './strokes.ts';
import { forEachInside } from './territory.ts';
import { type FieldLabels, labelCells } from './truth.ts';
import { paintTubulin } from './tubulin.ts';
import { drawVacuoles } from './vacuoles.ts';

export interface SimulatedField extends FieldLabels {
  /** Counts, `[3, size, size]`: DNA, actin, tubulin. */
  readonly image: Image;
}

/**
 * Simulates one field of view. The same options give the same pixels; options of light and debris change no label.
 *
 * @throws BadOption when a field that has to be complete is too small for it
 */
export function simulateField(options: FieldOptions): SimulatedField {
  const { seed, key, size, exposures, stain, background = 0, debris } = options;
  const random = createRandom(seed, 'field', ...key);
  const { placed, owner, territories } = drawPopulation(random, options);

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
  if (debris === undefined) addRareDebris(random, canvases);
  else addDebris(createRandom(seed, 'debris', ...key), canvases, debris);

  const defocus = drawDefocus(random, { size });
  const shade =
    background === 0
      ? undefined
      : renderShade(drawShade(createRandom(seed, 'background', ...key), { beyond: 0.5 }), size);
  const data = new Uint16Array(channels.length * size * size);
  canvases.forEach(({ light }, channel) => {
    imageLight(light, { size, sigma: exposures[channel]!.sigma, defocus });
    expose(light, data.subarray(channel * size * size, (channel + 1) * size * size), {
      random: createRandom(seed, 'noise', ...key, channel),
      size,
      exposure: exposures[channel]!,
      stain: stain[channel]!,
      glow: shade?.map((share) => background * cellBrightness[channel]! * share),
    });
  });
  const image: Image = { data, channels: channels.length, height: size, width: size, channelNames: channels };
  return { image, ...labelCells(placed, { owner, nucleusOf, size }) };
}

function pierce(light: Float32Array, vacuoles: Float32Array): Float32Array {
  return light.map((value, i) => value * vacuoles[i]!);
}
