import type { ChainLayer } from './chain.ts';
import { outputSize } from './chain.ts';

/** Where the numbers of a layer stand in the memory of its chain, as addresses in bytes. */
export interface LayerPlaces {
  /** Kept from the forward pass to the backward pass: the outputs, and their gradient. */
  readonly output: number;
  readonly slope: number;
  /** Which pixel won in each window. */
  readonly codes: number;
  readonly weights: number;
  readonly turnedWeights: number;
  readonly bias: number;
  /** Sums over the images of a run. */
  readonly weightSlope: number;
  readonly biasSlope: number;
  /** Used by one layer after the other, strip by strip. */
  readonly input: number;
  readonly filtered: number;
  readonly filteredSlope: number;
  readonly slopeRows: number;
  readonly inputRows: number;
  readonly shifted: number;
  readonly inputSlope: number;
  readonly product: number;
}

/** How a layer is cut into strips of rows. */
export interface StripSizes {
  /** Zeros around the input, and rows that neighbouring strips share on each side. */
  readonly margin: number;
  /** Rows of the convolution's output that a strip is about; even. */
  readonly rows: number;
  /** Rows that are computed of it forwards: one more if pooled, since windows overlap. */
  readonly filteredRows: number;
  /** Distance from row to row where channels stand one after the other: rows share the zeros between them. */
  readonly pitch: number;
  /** Numbers of a channel there. */
  readonly plane: number;
}

/** Strips of about so many rows: few enough to stay in the processor's cache, or the whole. */
export function stripSizes(layer: ChainLayer, most: number): StripSizes {
  const margin = (layer.size - 1) / 2;
  const whole = layer.pooled ? 2 * outputSize(layer)[0] + 2 : layer.height + (layer.height % 2);
  const rows = Math.min(whole, most + (most % 2));
  const pitch = layer.width + margin;
  const plane = Math.ceil(((rows + 2 * margin) * pitch + margin) / 16) * 16;
  return { margin, rows, filteredRows: layer.pooled ? rows + 1 : rows, pitch, plane };
}

/**
 * Gives every array of the layers a place. The strips of all layers and the head share theirs, since one works at a time.
 */
export function placeLayers(
  layers: readonly ChainLayer[],
  sizes: readonly StripSizes[],
  headNumbers: number,
): { readonly places: readonly LayerPlaces[]; readonly scratch: number; readonly bytes: number } {
  let next = ALIGNMENT;
  const take = (numbers: number): number => {
    const at = next;
    next = Math.ceil((at + 4 * numbers + ALIGNMENT) / ALIGNMENT) * ALIGNMENT;
    return at;
  };
  const kept = layers.map((layer) => {
    const [height, width] = outputSize(layer);
    const [numbers, weights] = [layer.outputs * height * width, layer.outputs * layer.inputs * layer.size ** 2];
    return {
      output: take(numbers),
      slope: take(numbers),
      codes: take(layer.pooled ? numbers / 4 : 0),
      weights: take(weights),
      turnedWeights: take(weights),
      bias: take(layer.outputs),
      weightSlope: take(weights),
      biasSlope: take(layer.outputs),
    };
  });
  const scratch = next;
  let bytes = next;
  const places = layers.map((layer, i) => {
    const { rows, filteredRows, margin, plane, pitch } = sizes[i]!;
    const { inputs, outputs, size, width } = layer;
    const halo = 2 * margin;
    next = scratch;
    const forwards = {
      input: take(inputs * (filteredRows + halo) * width),
      filtered: take(outputs * filteredRows * width),
    };
    bytes = Math.max(bytes, next);
    next = scratch;
    const backwards = {
      filteredSlope: take(outputs * (rows + halo) * width),
      slopeRows: take(outputs * plane),
      // The last tap reads beyond the last channel.
      inputRows: take(inputs * plane + size * pitch + size),
      shifted: take(i === 0 ? inputs * size ** 2 * plane : 0),
      inputSlope: take(i === 0 ? 0 : inputs * rows * width),
      product: take(outputs * inputs * size ** 2),
    };
    bytes = Math.max(bytes, next);
    return { ...kept[i]!, ...forwards, ...backwards };
  });
  bytes = Math.max(bytes, scratch + 4 * headNumbers);
  return { places, scratch, bytes };
}

/** A line of the processor's cache, in bytes; loops may write as much beyond their end. */
const ALIGNMENT = 64;
