import type { Dropping } from '../../kernels/kernels.ts';
import type { Session } from '../session.ts';
import { outputSize } from './chain.ts';
import { blockedConvolution } from './convolution.ts';
import { type LayerTools, tensorAt } from './layer.ts';
import { createRowConvolution } from './row-convolution.ts';
import type { CreatePart } from './running.ts';

/** Computes the outputs of a layer from its input. */
export type Forward = (dropping: Dropping) => Promise<void>;

/** Prepares the forward pass of a layer: convolution, ReLU and what else it has, strip by strip. */
export async function createForward(
  tools: LayerTools,
  { createSession }: { createSession: CreatePart },
): Promise<{ readonly forward: Forward; readonly release: Session['release'] }> {
  const { layer, sheets, places, strip, lanes, kernels, input } = tools;
  const { inputs, outputs, height, pooled } = layer;
  const { isWhole, halo } = strip;
  const rowsIn = strip.filteredRows + 2 * halo;
  const filtered = isWhole && !pooled ? places.output : places.filtered;
  const convolution =
    strip.tiles > 0
      ? await createRowConvolution(
          {
            ...{ x: input.at, y: filtered, weights: places.rowWeights, bias: places.bias },
            ...{ inputs, outputs, height, rectify: !pooled, lanes },
          },
          { strip, places, kernels, createSession },
        )
      : await createDirect(tools, { rowsIn, filtered, createSession });
  const blocks = { blocks: outputs / lanes, lanes };
  const H = outputSize(layer)[0];
  return {
    release: () => convolution.release(),
    async forward(dropping) {
      for (let top = 0; top < (pooled ? 2 * H : height); top += strip.rows) {
        if (!isWhole) copyRows(tools, { first: top - halo, rows: rowsIn });
        await convolution.run();
        if (pooled) {
          const rows = { first: top / 2, rows: isWhole ? H : Math.min(strip.rows / 2, H - top / 2) };
          kernels.pool(
            { x: places.filtered, z: places.output, codes: places.codes },
            { ...blocks, sheet: sheets.input, pitchOut: sheets.output.pitch, stripRows: strip.filteredRows, H },
            rows,
            dropping,
          );
        } else if (isWhole) {
          kernels.clearGaps(places.output, { lanes, rows: (outputs / lanes) * height, sheet: sheets.output });
        } else {
          keepRows(tools, { top, rows: Math.min(strip.rows, height - top) });
        }
      }
    },
  };
}

/** The convolution of a strip by the runtime alone. */
async function createDirect(
  { layer: { inputs, outputs, size, pooled }, places, strip, kernels, input }: LayerTools,
  { rowsIn, filtered, createSession }: { rowsIn: number; filtered: number; createSession: CreatePart },
) {
  const { columns, isWhole, halo, margin, filteredRows } = strip;
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
  const into = { y: tensorAt(kernels, filtered, [1, outputs, filteredRows, columns]) };
  return { run: () => session.run(feeds, undefined, into), release: () => session.release() };
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
