import { encodeModel } from '../encode.ts';
import { createGraph } from '../graph.ts';
import { matmul } from '../operators/matmul.ts';
import type { CreateSession, Session } from '../session.ts';
import type { Tensor } from '../tensor.ts';
import { outputSize } from './chain.ts';
import { blockedConvolution } from './convolution.ts';
import { type LayerInput, type LayerTools, tensorAt } from './layer.ts';

/**
 * From the gradient of a layer's outputs to those of its parameters, which are added to their sums, and to that of its
 * input, which is written to `inputSlope` unless that is undefined.
 */
export type Backward = (input: LayerInput, inputSlope: number | undefined) => Promise<void>;

/** Rows of a strip: `first` … `first + rows - 1`, of which those from `from` to `to` are in the image. */
interface Rows {
  readonly first: number;
  readonly rows: number;
  readonly from: number;
  readonly to: number;
}

/** Prepares the backward pass of a layer, strip by strip. `isFirst` if no gradient of its input is wanted. */
export async function createBackward(
  tools: LayerTools,
  { createSession, isFirst }: { createSession: CreateSession; isFirst: boolean },
): Promise<{ readonly backward: Backward; readonly release: Session['release'] }> {
  const { layer, places, strip, lanes, kernels } = tools;
  const { inputs, outputs, size, height } = layer;
  const image = isFirst ? undefined : await createImageGradient(tools, createSession);
  const product = await createProduct(tools, { createSession, isFirst });
  const taps = size ** 2;
  const [H, W] = outputSize(layer);
  const rate = layer.dropout?.rate ?? 0;
  const blocks = { blocks: outputs / lanes, lanes };
  return {
    async release() {
      await image?.release();
      await product.release();
    },
    async backward(input, inputSlope) {
      if (layer.pooled) {
        const flowing = { dz: places.slope, codes: places.codes, sums: places.biasSlope };
        kernels.addPooledSums(flowing, { ...blocks, H, W }, rate);
      }
      for (let top = 0; top < height; top += strip.rows) {
        const own = Math.min(strip.rows, height - top);
        const halo = rowsOf(top - strip.margin, strip.rows + 2 * strip.margin, height);
        writeSlope(tools, halo, own);
        if (image) {
          await image.run();
          copySlope(tools, inputSlope!, { top, rows: own });
        }
        if (isFirst) shiftChannels(tools, input, halo);
        else unblockInput(tools, input, halo);
        unblockSlope(tools);
        await product.run();
        kernels.add({ a: places.weightSlope, b: places.product }, outputs * inputs * taps);
      }
    },
  };
}

function rowsOf(first: number, rows: number, height: number): Rows {
  return { first, rows, from: Math.max(first, 0), to: Math.min(first + rows, height) };
}

/** The convolution with turned weights. */
async function createImageGradient({ layer, places, strip, kernels }: LayerTools, createSession: CreateSession) {
  const { inputs, outputs, size, width } = layer;
  const rows = strip.rows + 2 * strip.margin;
  const weights = [inputs, outputs, size, size] as const;
  const model = blockedConvolution({ image: [outputs, rows, width], weights, sides: strip.margin });
  const session = await createSession(model, { threads: 1 });
  const feeds = {
    x: tensorAt(kernels, places.filteredSlope, [1, outputs, rows, width]),
    w: tensorAt(kernels, places.turnedWeights, weights),
  };
  const into = { y: tensorAt(kernels, places.inputSlope, [1, inputs, strip.rows, width]) };
  return { run: () => session.run(feeds, undefined, into), release: () => session.release() };
}

/**
 * dw[o, c, tap] = Σ_u dy[o, u] x[c, u + tap]: a matrix product for each tap. The rows of x are laid end to end with
 * zeros between them, so that x for another tap is the same memory seen from another place. Of the first layer, whose
 * few channels make thin matrices, all taps are one product.
 */
async function createProduct(
  { layer, places, strip, kernels }: LayerTools,
  { createSession, isFirst }: { createSession: CreateSession; isFirst: boolean },
) {
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
  return { run: () => session.run(feeds, undefined, into), release: () => session.release() };
}

/** How far a tap of the kernel looks ahead in rows laid end to end. */
function offsetOf(tap: number, size: number, pitch: number): number {
  return Math.floor(tap / size) * pitch + (tap % size);
}

/** The gradient of the convolution's output to its strip, with the rows around it; `own` of its rows are in the image. */
function writeSlope({ layer, places, strip, lanes, kernels }: LayerTools, halo: Rows, own: number): void {
  const { outputs, height, width, pooled } = layer;
  const blocks = { blocks: outputs / lanes, lanes };
  const { first, rows, from, to } = halo;
  if (pooled) {
    const flowing = { dz: places.slope, codes: places.codes, dy: places.filteredSlope };
    kernels.unpool(flowing, { ...blocks, h: height, w: width }, { first, rows }, layer.dropout?.rate ?? 0);
    return;
  }
  const row = width * lanes;
  const { floats } = kernels;
  for (let block = 0; block < outputs / lanes; block++) {
    const target = places.filteredSlope / 4 + block * rows * row;
    const source = 4 * (block * height + from) * row;
    floats.fill(0, target, target + (from - first) * row);
    kernels.passWherePositive(
      { dz: places.slope + source, y: places.output + source, dy: 4 * (target + (from - first) * row) },
      (to - from) * row,
    );
    floats.fill(0, target + (to - first) * row, target + rows * row);
  }
  kernels.addSums(
    { x: places.filteredSlope + 4 * strip.margin * row, sums: places.biasSlope },
    { ...blocks, stride: rows * width, rows: own, w: width },
  );
}

/** The gradient of the input's rows from its strip to where the layer before has its own. */
function copySlope(
  { layer: { inputs, height, width }, places, strip, lanes, kernels: { floats } }: LayerTools,
  to: number,
  { top, rows }: { top: number; rows: number },
): void {
  const row = width * lanes;
  for (let block = 0; block < inputs / lanes; block++) {
    const source = places.inputSlope / 4 + block * strip.rows * row;
    floats.copyWithin(to / 4 + (block * height + top) * row, source, source + rows * row);
  }
}

/** The gradient of the strip's own rows, channel after channel: rows begin `pitch` apart, with zeros between and after. */
function unblockSlope({ layer, places, strip, lanes, kernels }: LayerTools): void {
  const { outputs, width } = layer;
  const { rows, margin, plane, pitch } = strip;
  const size = { blocks: outputs / lanes, lanes, stride: (rows + 2 * margin) * width, rows, w: width };
  kernels.unblock({ x: places.filteredSlope + 4 * margin * width * lanes, y: places.slopeRows }, size, {
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
  const { inputs, height, width } = layer;
  const { first, from, to } = halo;
  const { plane, pitch, margin } = strip;
  clearAround(tools, halo);
  kernels.unblock(
    { x: input.at + 4 * from * width * lanes, y: places.inputRows + 4 * ((from - first) * pitch + margin) },
    { blocks: inputs / lanes, lanes, stride: height * width, rows: to - from, w: width },
    { plane, pitch },
  );
}

/** The channels of the first layer's input, moved by every tap. */
function shiftChannels(tools: LayerTools, input: LayerInput, halo: Rows): void {
  const { layer, places, strip, kernels } = tools;
  const { inputs, height, width, size } = layer;
  const { first, from, to } = halo;
  const { plane, pitch, margin } = strip;
  const { floats } = kernels;
  const rowsAt = places.inputRows / 4;
  floats.fill(0, rowsAt, rowsAt + inputs * plane + size * pitch + size);
  for (let channel = 0; channel < inputs; channel++) {
    for (let row = from; row < to; row++) {
      const source = input.at / 4 + (channel * height + row) * width;
      floats.copyWithin(rowsAt + channel * plane + (row - first) * pitch + margin, source, source + width);
    }
  }
  for (let channel = 0; channel < inputs; channel++) {
    for (let tap = 0; tap < size ** 2; tap++) {
      const source = rowsAt + channel * plane + offsetOf(tap, size, pitch);
      floats.copyWithin(places.shifted / 4 + (channel * size ** 2 + tap) * plane, source, source + plane);
    }
  }
}
