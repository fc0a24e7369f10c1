import type { Session } from '../session.ts';
import { blockedConvolution } from './convolution.ts';
import { type LayerTools, tensorAt } from './layer.ts';
import type { CreatePart } from './running.ts';

/** Adds to the gradient of a layer's weights what a strip gives, whose gradient of the outputs is in its place. */
export interface WeightGradient {
  /** `rows` rows of the strip are in the image, from row `top` of it on. */
  readonly add: (strip: { readonly top: number; readonly rows: number }) => Promise<void>;
  readonly release: Session['release'];
}

/**
 * dw[o, c, d] = Σ_u dy[o, u] x[c, u + d]: a convolution, too, of the channels of x, taken for images of one channel, with
 * dy for a kernel that is as large as the image but for the margins. Some rows at a time make the kernel, which has the
 * layout of weights already: dy in blocks.
 */
export async function createWeightGradient(tools: LayerTools, createSession: CreatePart): Promise<WeightGradient> {
  const { layer, places, strip, kernels } = tools;
  const { inputs, outputs, size } = layer;
  const { together, margin, columns, pitch } = strip;
  const rowsIn = together + 2 * margin;
  const model = blockedConvolution({
    images: inputs,
    image: [1, rowsIn, pitch],
    weights: [outputs, 1, together, columns],
    sides: 0,
  });
  const session = await createSession(model);
  const feeds = {
    x: tensorAt(kernels, places.inputRows, [inputs, 1, rowsIn, pitch]),
    w: tensorAt(kernels, places.slopeRows, [outputs, 1, together, columns]),
  };
  const into = { y: tensorAt(kernels, places.product, [inputs, outputs, size, size]) };
  return {
    release: () => session.release(),
    async add({ top, rows }) {
      for (let row = 0; row < rows; row += together) {
        const own = Math.min(together, rows - row);
        copySlope(tools, { row, rows: own });
        copyInput(tools, { first: top + row - margin, rows: rowsIn });
        await session.run(feeds, undefined, into);
        kernels.add({ a: places.weightSlope, b: places.product }, outputs * inputs * size ** 2);
      }
    },
  };
}

/** Rows of the gradient in blocks, from `row` of the strip on; zeros in place of what is not in the image. */
function copySlope(
  { layer, places, strip, lanes, kernels: { floats } }: LayerTools,
  { row, rows }: { row: number; rows: number },
): void {
  const { columns, together, halo } = strip;
  const line = columns * lanes;
  for (let block = 0; block < layer.outputs / lanes; block++) {
    const source = places.filteredSlope / 4 + (block * (strip.rows + 2 * halo) + halo + row) * line;
    const target = places.slopeRows / 4 + block * together * line;
    floats.copyWithin(target, source, source + rows * line);
    floats.fill(0, target + rows * line, target + together * line);
  }
}

/** Rows of the input, channel after channel, with zeros around the image. */
function copyInput(
  { layer, places, strip, kernels, input: { at, lanes } }: LayerTools,
  { first, rows }: { first: number; rows: number },
): void {
  const { inputs, height } = layer;
  const { columns, margin, plane, pitch } = strip;
  const { floats } = kernels;
  const [from, to] = [Math.max(first, 0), Math.min(first + rows, height)];
  const start = places.inputRows / 4;
  if (to - from < rows || lanes === 1) floats.fill(0, start, start + inputs * plane);
  // What stands on the right of a row is written with it, and is on the left of the next one.
  else
    for (let channel = 0; channel < inputs; channel++)
      floats.fill(0, start + channel * plane, start + channel * plane + margin);
  const begin = (from - first) * pitch + margin;
  if (lanes > 1) {
    kernels.unblock(
      { x: at + 4 * from * columns * lanes, y: places.inputRows + 4 * begin },
      { channels: inputs, lanes, stride: height * columns, rows: to - from, step: columns, w: columns },
      { plane, pitch },
    );
    return;
  }
  for (let channel = 0; channel < inputs; channel++) {
    for (let row = from; row < to; row++) {
      const source = at / 4 + (channel * height + row) * columns;
      floats.copyWithin(start + channel * plane + begin + (row - from) * pitch, source, source + columns);
    }
  }
}
