import { columnsOf } from '../../kernels/kernels.ts';
import type { Session } from '../session.ts';
import { outputSize } from './chain.ts';
import { blockedConvolution } from './convolution.ts';
import { type LayerTools, tensorAt } from './layer.ts';
import { wholeBlocks } from './places.ts';
import { createRowConvolution } from './row-convolution.ts';
import type { CreatePart } from './running.ts';
import { createWeightGradient } from './weight-gradient.ts';

/**
 * From the gradient of a layer's outputs to those of its parameters, which are added to their sums, and to that of its
 * input, as far as these are wanted.
 */
export type Backward = () => Promise<void>;

/** Where the gradient of the input of a layer is written: in blocks, or channel after channel. */
export interface SlopeTarget {
  readonly at: number;
  readonly inBlocks: boolean;
}

/** Rows `first` … `first + rows - 1`, of which those from `from` to `to` are in the image. */
interface Rows {
  readonly first: number;
  readonly rows: number;
  readonly from: number;
  readonly to: number;
}

/** Prepares the backward pass of a layer, strip by strip. */
export async function createBackward(
  tools: LayerTools,
  { createSession, to }: { createSession: CreatePart; to: SlopeTarget | undefined },
): Promise<{ readonly backward: Backward; readonly release: Session['release'] }> {
  const { layer, sheets, places, strip, lanes, kernels, isFirst, wanted } = tools;
  const { outputs, height } = layer;
  const image =
    isFirst && wanted === 'parameters' ? undefined : await createImageGradient(tools, { createSession, to: to! });
  const product = wanted === 'parameters' ? await createWeightGradient(tools, createSession) : undefined;
  const [H, W] = [outputSize(layer)[0], columnsOf(sheets.output)];
  const rate = layer.dropout?.rate ?? 0;
  return {
    async release() {
      await image?.release();
      await product?.release();
    },
    async backward() {
      if (layer.pooled && product) {
        const flowing = { dz: places.slope, codes: places.codes, sums: places.biasSlope };
        kernels.addPooledSums(flowing, { blocks: outputs / lanes, lanes, H, W }, rate);
      }
      for (let top = 0; top < height; top += strip.rows) {
        const own = Math.min(strip.rows, height - top);
        const halo = rowsOf(top - strip.halo, strip.rows + 2 * strip.halo, height);
        writeSlope(tools, halo, own);
        if (image) {
          await image.run();
          if (!image.isThere) copySlope(tools, to!, { top, rows: own });
        }
        await product?.add({ top, rows: own });
      }
    },
  };
}

function rowsOf(first: number, rows: number, height: number): Rows {
  return { first, rows, from: Math.max(first, 0), to: Math.min(first + rows, height) };
}

/** The convolution with turned weights; of what flows back to the input of a map, only what is positive. */
async function createImageGradient(
  { layer, places, strip, lanes, kernels, wanted }: LayerTools,
  { createSession, to }: { createSession: CreatePart; to: SlopeTarget },
) {
  const { outputs, size } = layer;
  const inputs = wholeBlocks(layer.inputs, lanes);
  // That of the whole is written to where it belongs.
  const isThere = strip.isWhole && to.inBlocks;
  const at = isThere ? to.at : places.inputSlope;
  const rows = strip.rows + 2 * strip.halo;
  const { combined } = strip;
  if (combined) {
    const convolution = await createRowConvolution(
      { weights: places.turnedRowWeights, inputs: outputs, outputs: inputs, rectify: wanted === 'input', lanes },
      { combined, strip, places, kernels, createSession },
    );
    const x = { at: places.filteredSlope, h: rows, above: strip.margin - strip.halo };
    const row = 4 * strip.columns * lanes;
    return {
      isThere,
      release: () => convolution.release(),
      async run() {
        for (let top = 0; top < strip.rows; top += convolution.rows) {
          await convolution.run(x, { at: at + top * row, stride: strip.rows, rows: strip.rows - top }, top);
        }
      },
    };
  }
  const weights = [inputs, outputs, size, size] as const;
  const model = blockedConvolution({
    image: [outputs, rows, strip.columns],
    weights,
    sides: strip.margin,
    ends: strip.margin - strip.halo,
    relu: wanted === 'input',
  });
  const session = await createSession(model);
  const feeds = {
    x: tensorAt(kernels, places.filteredSlope, [1, outputs, rows, strip.columns]),
    w: tensorAt(kernels, places.turnedWeights, weights),
  };
  const into = { y: tensorAt(kernels, at, [1, inputs, strip.rows, strip.columns]) };
  return { isThere, run: () => session.run(feeds, undefined, into), release: () => session.release() };
}

/** The gradient of the convolution's output to its strip, with the rows around it; `own` of its rows are in the image. */
function writeSlope(
  { layer, sheets, places, strip, lanes, kernels, wanted }: LayerTools,
  halo: Rows,
  own: number,
): void {
  const { outputs, height, pooled } = layer;
  const blocks = { blocks: outputs / lanes, lanes };
  const { first, rows, from, to } = halo;
  if (pooled) {
    const flowing = { dz: places.slope, codes: places.codes, dy: places.filteredSlope };
    const size = { ...blocks, sheet: sheets.input, pitchOut: sheets.output.pitch, h: height };
    kernels.unpool(flowing, size, { first, rows }, layer.dropout?.rate ?? 0);
    return;
  }
  const row = strip.columns * lanes;
  const { floats } = kernels;
  for (let block = 0; block < outputs / lanes; block++) {
    const target = places.filteredSlope / 4 + block * rows * row;
    const source = 4 * (block * height + from) * row;
    floats.fill(0, target, target + (from - first) * row);
    // Between images outputs are 0, so nothing passes there.
    kernels.passWherePositive(
      { dz: places.slope + source, y: places.output + source, dy: 4 * (target + (from - first) * row) },
      (to - from) * row,
    );
    floats.fill(0, target + (to - first) * row, target + rows * row);
  }
  if (wanted === 'input') return;
  kernels.addSums(
    { x: places.filteredSlope + 4 * strip.halo * row, sums: places.biasSlope },
    { ...blocks, stride: rows * strip.columns, rows: own, w: strip.columns },
  );
}

/** The gradient of the input's rows from its strip to where the layer before has its own, or to where it is asked for. */
function copySlope(
  { layer: { inputs, height }, sheets, places, strip, lanes, kernels }: LayerTools,
  { at, inBlocks }: SlopeTarget,
  { top, rows }: { top: number; rows: number },
): void {
  const { columns } = strip;
  if (!inBlocks) {
    const { w } = sheets.input;
    const size = { channels: inputs, lanes, stride: strip.rows * columns, rows, step: columns, w };
    kernels.unblock({ x: places.inputSlope, y: at + 4 * top * w }, size, { plane: height * w, pitch: w });
    return;
  }
  const row = columns * lanes;
  for (let block = 0; block < inputs / lanes; block++) {
    const source = places.inputSlope / 4 + block * strip.rows * row;
    kernels.floats.copyWithin(at / 4 + (block * height + top) * row, source, source + rows * row);
  }
}
