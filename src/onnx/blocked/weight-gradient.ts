import { encodeModel } from '../encode.ts';
import { createGraph } from '../graph.ts';
import type { Session, Tensors } from '../session.ts';
import { sizeOf } from '../tensor.ts';
import { convolveBlocks } from './convolution.ts';
import { type LayerTools, sumsOfWeights, tensorAt } from './layer.ts';
import type { CombinedRows } from './places.ts';
import type { CreatePart } from './running.ts';
import { COMBINATIONS } from './weights.ts';

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
export function createWeightGradient(tools: LayerTools, createSession: CreatePart): Promise<WeightGradient> {
  const { combined } = tools.strip;
  return combined ? createCombined(tools, { combined, createSession }) : createDirect(tools, createSession);
}

/** By combinations of rows: for each of them a convolution with a kernel as high as the image, which gives one row. */
async function createCombined(
  tools: LayerTools,
  { combined: { size, high, tiles }, createSession }: { combined: CombinedRows; createSession: CreatePart },
): Promise<WeightGradient> {
  const { layer, places, strip, lanes, kernels, input } = tools;
  const { inputs, outputs, height } = layer;
  const { columns, margin, pitch, halo } = strip;
  const shapes = { x: [inputs, 1, tiles, pitch], w: [outputs, 1, tiles, columns], y: [inputs, outputs, 1, size] };
  const [session, feeds, into] = await createConvolutions(tools, { shapes, count: COMBINATIONS, createSession });
  const plane = tiles * pitch;
  return {
    release: () => session.release(),
    async add({ top, rows }) {
      for (let row = 0; row < rows; row += high * tiles) {
        const slopes = places.filteredSlope + 4 * (halo + row) * columns * lanes;
        const strides = { lanes, columns, high, stride: strip.rows + 2 * halo };
        kernels.combineSlopes(
          { y: slopes, v: places.convolved },
          { ...strides, blocks: outputs / lanes },
          { tiles, rows: rows - row },
        );
        const image = { lanes, columns, high, blocks: inputs / lanes, h: height, above: margin - top - row };
        kernels.combineRows({ x: input.at, u: places.combined }, image, { first: 0, tiles });
        // What stands on the right of a row is written with it, and is on the left of the next one.
        kernels.floats.fill(0, places.inputRows / 4, places.inputRows / 4 + margin);
        kernels.unblock(
          { x: places.combined, y: places.inputRows + 4 * margin },
          { channels: COMBINATIONS * inputs, lanes, stride: tiles * columns, rows: tiles, step: columns, w: columns },
          { plane, pitch },
        );
        await session.run(feeds, undefined, into);
        kernels.add({ a: places.weightSlope, b: places.product }, sumsOfWeights(tools));
      }
    },
  };
}

/** Convolutions side by side of the input's rows with those of the gradient, all into the product. */
async function createConvolutions(
  { kernels, places, strip }: LayerTools,
  {
    shapes,
    count,
    createSession,
  }: {
    shapes: Readonly<Record<'x' | 'w' | 'y', readonly number[]>>;
    count: number;
    createSession: CreatePart;
  },
): Promise<readonly [session: Session, feeds: Tensors, into: Tensors]> {
  const graph = createGraph({ microsoft: true });
  const outputs = Array.from({ length: count }, (_, i) => {
    const [x, w] = [graph.input(`x${i}`, 'float32', shapes.x), graph.input(`w${i}`, 'float32', shapes.w)];
    return [`y${i}`, convolveBlocks(x, [w], {})] as const;
  });
  const session = await createSession(encodeModel(graph, { outputs: Object.fromEntries(outputs) }));
  const startOf = {
    x: places.inputRows,
    w: strip.combined ? places.convolved : places.slopeRows,
    y: places.product,
  };
  const tensors = (name: 'x' | 'w' | 'y') =>
    Array.from({ length: count }, (_, i) => {
      const at = startOf[name] + 4 * i * sizeOf(shapes[name]);
      return [`${name}${i}`, tensorAt(kernels, at, shapes[name])] as const;
    });
  return [session, Object.fromEntries([...tensors('x'), ...tensors('w')]), Object.fromEntries(tensors('y'))];
}

/** Of all rows of the kernel at once. */
async function createDirect(tools: LayerTools, createSession: CreatePart): Promise<WeightGradient> {
  const { layer, places, strip, kernels } = tools;
  const { inputs, outputs, size } = layer;
  const { together, margin, columns, pitch } = strip;
  const rowsIn = together + 2 * margin;
  const shapes = {
    x: [inputs, 1, rowsIn, pitch],
    w: [outputs, 1, together, columns],
    y: [inputs, outputs, size, size],
  };
  const [session, feeds, into] = await createConvolutions(tools, { shapes, count: 1, createSession });
  return {
    release: () => session.release(),
    async add({ top, rows }) {
      for (let row = 0; row < rows; row += together) {
        const own = Math.min(together, rows - row);
        copySlope(tools, { row, rows: own });
        copyInput(tools, { first: top + row - margin, rows: rowsIn });
        await session.run(feeds, undefined, into);
        kernels.add({ a: places.weightSlope, b: places.product }, sumsOfWeights(tools));
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
