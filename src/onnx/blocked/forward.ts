import type { Dropping } from '../../kernels/kernels.ts';
import type { Session } from '../session.ts';
import { outputSize } from './chain.ts';
import { blockedConvolution } from './convolution.ts';
import { type LayerTools, tensorAt } from './layer.ts';
import { type CombinedRows, pooledRows } from './places.ts';
import { createRowConvolution } from './row-convolution.ts';
import type { CreatePart } from './running.ts';

/** Computes the outputs of a layer from its input. */
export interface Forward {
  readonly forward: (dropping: Dropping) => Promise<void>;
  readonly release: Session['release'];
}

/** Prepares the forward pass of a layer: convolution, ReLU and what else it has. */
export function createForward(tools: LayerTools, { createSession }: { createSession: CreatePart }): Promise<Forward> {
  const { combined } = tools.strip;
  return combined ? createCombined(tools, { combined, createSession }) : createDirect(tools, { createSession });
}

/** By combinations of rows, some tiles at a time. */
async function createCombined(
  tools: LayerTools,
  { combined, createSession }: { combined: CombinedRows; createSession: CreatePart },
): Promise<Forward> {
  const { layer, sheets, places, strip, lanes, kernels, input } = tools;
  const { inputs, outputs, height, pooled } = layer;
  const { rowWeights: weights, bias } = places;
  const convolution = await createRowConvolution(
    { weights, bias, inputs, outputs, rectify: !pooled, lanes },
    { combined, strip, places, kernels, createSession },
  );
  const x = { at: input.at, h: height, above: strip.margin };
  const row = 4 * strip.columns * lanes;
  const stripRows = pooledRows(combined);
  return {
    release: () => convolution.release(),
    async forward(dropping) {
      for (let top = 0; top < height; top += convolution.rows) {
        const rows = Math.min(convolution.rows, height - top);
        if (!pooled) {
          await convolution.run(x, { at: places.output + top * row, stride: height, rows }, top);
          continue;
        }
        // Windows overlap, so the last two rows are kept.
        if (top > 0) keepLastRows(tools, stripRows);
        await convolution.run(x, { at: places.filtered + 2 * row, stride: stripRows, rows }, top);
        const first = Math.max(0, top / 2 - 1);
        const end = Math.floor((top + rows - 1) / 2);
        const at = places.filtered + (top === 0 ? 2 * row : 0);
        poolRows(tools, { at, stripRows }, { first, rows: end - first }, dropping);
      }
      if (!pooled) kernels.clearGaps(places.output, { lanes, rows: (outputs / lanes) * height, sheet: sheets.output });
    },
  };
}

/** The last two rows of each block of a strip to its first. */
function keepLastRows({ layer, places, strip, lanes, kernels }: LayerTools, stripRows: number): void {
  const row = strip.columns * lanes;
  for (let block = 0; block < layer.outputs / lanes; block++) {
    const start = places.filtered / 4 + block * stripRows * row;
    kernels.floats.copyWithin(start, start + (stripRows - 2) * row, start + stripRows * row);
  }
}

/** Pools a strip of the convolution's outputs into rows of the layer's. */
function poolRows(
  { layer, sheets, places, lanes, kernels }: LayerTools,
  { at, stripRows }: { at: number; stripRows: number },
  rows: { first: number; rows: number },
  dropping: Dropping,
): void {
  const size = { blocks: layer.outputs / lanes, lanes, sheet: sheets.input, pitchOut: sheets.output.pitch };
  const pooled = { x: at, z: places.output, codes: places.codes };
  kernels.pool(pooled, { ...size, stripRows, H: outputSize(layer)[0] }, rows, dropping);
}

/** By the runtime alone, strip by strip. */
async function createDirect(tools: LayerTools, { createSession }: { createSession: CreatePart }): Promise<Forward> {
  const { layer, sheets, places, strip, lanes, kernels, input } = tools;
  const { inputs, outputs, size, height, pooled } = layer;
  const { columns, isWhole, halo, margin, filteredRows } = strip;
  const rowsIn = filteredRows + 2 * halo;
  const session = await createSession(
    blockedConvolution({
      image: [inputs, rowsIn, columns],
      weights: [outputs, inputs, size, size],
      sides: margin,
      ends: margin - halo,
      bias: true,
      relu: !pooled,
    }),
  );
  const feeds = {
    x: tensorAt(kernels, isWhole ? input.at : places.input, [1, inputs, rowsIn, columns]),
    w: tensorAt(kernels, places.weights, [outputs, inputs, size, size]),
    b: tensorAt(kernels, places.bias, [outputs]),
  };
  const filtered = isWhole && !pooled ? places.output : places.filtered;
  const into = { y: tensorAt(kernels, filtered, [1, outputs, filteredRows, columns]) };
  const H = outputSize(layer)[0];
  return {
    release: () => session.release(),
    async forward(dropping) {
      for (let top = 0; top < (pooled ? 2 * H : height); top += strip.rows) {
        if (!isWhole) copyRows(tools, { first: top - halo, rows: rowsIn });
        await session.run(feeds, undefined, into);
        if (pooled) {
          const rows = { first: top / 2, rows: isWhole ? H : Math.min(strip.rows / 2, H - top / 2) };
          poolRows(tools, { at: places.filtered, stripRows: filteredRows }, rows, dropping);
        } else if (isWhole) {
          kernels.clearGaps(places.output, { lanes, rows: (outputs / lanes) * height, sheet: sheets.output });
        } else {
          keepRows(tools, { top, rows: Math.min(strip.rows, height - top) });
        }
      }
    },
  };
}

/** Rows of the input of a layer to its strip, zeros beyond the image. */
function copyRows(
  { layer: { height }, strip: { columns }, places, kernels: { floats }, input: { at, groups, lanes } }: LayerTools,
  { first, rows }: { first: number; rows: number },
): void {
  const row = columns * lanes;
  const [from, to] = [Math.max(first, 0), Math.min(first + rows, height)];
  for (let group = 0; group < groups; group++) {
    const target = places.input / 4 + group * rows * row;
    const source = at / 4 + group * height * row;
    floats.fill(0, target, target + (from - first) * row);
    floats.copyWithin(target + (from - first) * row, source + from * row, source + to * row);
    floats.fill(0, target + (to - first) * row, target + rows * row);
  }
}

/** Rows of a layer that isn't pooled, from its strip to its outputs, with zeros between the images. */
function keepRows(
  { layer: { height, outputs }, sheets, places, strip, lanes, kernels }: LayerTools,
  { top, rows }: { top: number; rows: number },
): void {
  const row = strip.columns * lanes;
  for (let block = 0; block < outputs / lanes; block++) {
    const source = places.filtered / 4 + block * strip.filteredRows * row;
    const target = places.output / 4 + (block * height + top) * row;
    kernels.floats.copyWithin(target, source, source + rows * row);
    kernels.clearGaps(4 * target, { lanes, rows, sheet: sheets.output });
  }
}
