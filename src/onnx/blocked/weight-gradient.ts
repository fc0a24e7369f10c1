import { encodeModel } from '../encode.ts';
import { createGraph } from '../graph.ts';
import { matmul } from '../operators/matmul.ts';
import type { CreateSession, Session } from '../session.ts';
import type { Tensor } from '../tensor.ts';
import type { Rows } from './backward.ts';
import { type LayerInput, type LayerTools, tensorAt } from './layer.ts';

/** Adds to the gradient of a layer's weights what a strip gives, whose gradient of the outputs is in its place. */
export interface WeightGradient {
  readonly add: (input: LayerInput, halo: Rows) => Promise<void>;
  readonly release: Session['release'];
}

/**
 * dw[o, c, tap] = Σ_u dy[o, u] x[c, u + tap]: a matrix product for each tap. The rows of x are laid end to end with
 * zeros between them, so that x for another tap is the same memory seen from another place. Of the first layer, whose
 * few channels make thin matrices, all taps are one product.
 */
export async function createWeightGradient(tools: LayerTools, createSession: CreateSession): Promise<WeightGradient> {
  const { layer, places, strip, kernels, isFirst } = tools;
  const { inputs, outputs, size } = layer;
  const { plane, pitch } = strip;
  const graph = createGraph({ microsoft: true });
  const dy = graph.input('dy', 'float32', [outputs, plane]);
  const feeds: Record<string, Tensor> = { dy: tensorAt(kernels, places.slopeRows, [outputs, plane]) };
  const into: Record<string, Tensor> = {};
  const products = isFirst ? 1 : size ** 2;
  const columns = isFirst ? inputs * size ** 2 : inputs;
  const results = Object.fromEntries(
    Array.from({ length: products }, (_, tap) => {
      const x = graph.input(`x${tap}`, 'float32', [columns, plane]);
      const at = isFirst ? places.shifted : places.inputRows + 4 * offsetOf(tap, size, pitch);
      feeds[`x${tap}`] = tensorAt(kernels, at, [columns, plane]);
      into[`dw${tap}`] = tensorAt(kernels, places.product + 4 * tap * outputs * columns, [outputs, columns]);
      return [`dw${tap}`, matmul(dy, x, { transposeB: true })];
    }),
  );
  const session = await createSession(encodeModel(graph, { outputs: results }), { threads: 1 });
  return {
    release: () => session.release(),
    async add(input, halo) {
      if (isFirst) shiftChannels(tools, input, halo);
      else unblockInput(tools, input, halo);
      unblockSlope(tools);
      await session.run(feeds, undefined, into);
      kernels.add({ a: places.weightSlope, b: places.product }, outputs * inputs * size ** 2);
    },
  };
}

/** How far a tap of the kernel looks ahead in rows laid end to end. */
function offsetOf(tap: number, size: number, pitch: number): number {
  return Math.floor(tap / size) * pitch + (tap % size);
}

/** The gradient of the strip's own rows, channel after channel: rows begin `pitch` apart, with zeros between and after. */
function unblockSlope({ layer, places, strip, lanes, kernels }: LayerTools): void {
  const { outputs } = layer;
  const { rows, margin, columns, plane, pitch } = strip;
  const size = { channels: outputs, lanes, stride: (rows + 2 * margin) * columns, rows, step: columns, w: columns };
  kernels.unblock({ x: places.filteredSlope + 4 * margin * columns * lanes, y: places.slopeRows }, size, {
    plane,
    pitch,
  });
  for (let channel = 0; channel < outputs; channel++) {
    const at = places.slopeRows / 4 + channel * plane;
    kernels.floats.fill(0, at + rows * pitch, at + plane);
  }
}

/** Zeros of a strip where its rows of input are none of the image's: above them, and on the left of the first. */
function clearAround({ layer, places, strip, kernels: { floats } }: LayerTools, { first, from, to }: Rows): void {
  const { plane, pitch, margin } = strip;
  for (let channel = 0; channel < layer.inputs; channel++) {
    const at = places.inputRows / 4 + channel * plane;
    floats.fill(0, at, at + (from - first) * pitch + margin);
    floats.fill(0, at + (to - first) * pitch + margin, at + plane);
  }
}

/** Rows of the input in blocks, channel after channel, with zeros on their left and right. */
function unblockInput(tools: LayerTools, input: LayerInput, halo: Rows): void {
  const { layer, places, strip, lanes, kernels } = tools;
  const { inputs, height } = layer;
  const { first, from, to } = halo;
  const { columns, plane, pitch, margin } = strip;
  clearAround(tools, halo);
  kernels.unblock(
    { x: input.at + 4 * from * columns * lanes, y: places.inputRows + 4 * ((from - first) * pitch + margin) },
    { channels: inputs, lanes, stride: height * columns, rows: to - from, step: columns, w: columns },
    { plane, pitch },
  );
}

/** The channels of the first layer's input, moved by every tap. */
function shiftChannels(tools: LayerTools, input: LayerInput, halo: Rows): void {
  const { layer, places, strip, kernels } = tools;
  const { inputs, height, size } = layer;
  const { first, from, to } = halo;
  const { columns, plane, pitch, margin } = strip;
  const { floats } = kernels;
  const rowsAt = places.inputRows / 4;
  floats.fill(0, rowsAt, rowsAt + inputs * plane + size * pitch + size);
  for (let channel = 0; channel < inputs; channel++) {
    for (let row = from; row < to; row++) {
      const source = input.at / 4 + (channel * height + row) * columns;
      floats.copyWithin(rowsAt + channel * plane + (row - first) * pitch + margin, source, source + columns);
    }
  }
  for (let channel = 0; channel < inputs; channel++) {
    for (let tap = 0; tap < size ** 2; tap++) {
      const source = rowsAt + channel * plane + offsetOf(tap, size, pitch);
      floats.copyWithin(places.shifted / 4 + (channel * size ** 2 + tap) * plane, source, source + plane);
    }
  }
}
