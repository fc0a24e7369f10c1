import type { Kernels } from '../../kernels/kernels.ts';
import type { Session, Tensors } from '../session.ts';
import { sizeOf, type Tensor } from '../tensor.ts';
import { type ChainParts, outputSize } from './chain.ts';
import { type LayerTools, tensorAt } from './layer.ts';
import type { Placing } from './places.ts';
import type { CreatePart } from './running.ts';

/** The graph at the end of a chain, of whose results that for its input goes to the last layer. */
export interface Head {
  /** Its results, but `d.x`; they are overwritten by the next run. */
  readonly run: (feeds: Tensors) => Promise<Tensors>;
  readonly release: Session['release'];
}

/** Shapes of what the head keeps in memory that nobody uses between the two passes, in the order of their places. */
function headShapes({ headOutputs, layers, together }: ChainParts): Readonly<Record<string, readonly number[]>> {
  const last = layers.at(-1)!;
  const x = [together, last.outputs, ...outputSize(last)];
  return { x, ...headOutputs, 'd.x': x };
}

/** Gives the arrays of the head their places. */
export function placeHead(chain: ChainParts, scratch: Placing): Readonly<Record<string, number>> {
  const shapes = Object.entries(headShapes(chain));
  return Object.fromEntries(shapes.map(([name, shape]) => [name, scratch.take(sizeOf(shape))]));
}

/** Makes the session of the head. */
export async function createHead(
  chain: ChainParts,
  {
    createSession,
    kernels,
    at,
    last,
  }: { createSession: CreatePart; kernels: Kernels; at: Readonly<Record<string, number>>; last: LayerTools },
): Promise<Head> {
  const session = await createSession(chain.head);
  const tensors = Object.entries(headShapes(chain)).map(([name, shape]) => [
    name,
    tensorAt(kernels, at[name]!, shape),
  ]) as [string, Tensor][];
  const { x, ...into } = Object.fromEntries(tensors) as Record<string, Tensor>;
  const { 'd.x': _, ...results } = into;
  return {
    release: () => session.release(),
    async run(feeds) {
      forEachImage(last, (image, { places, lanes, rows, channels }) => {
        const to = { plane: rows.rows * rows.w, pitch: rows.w };
        const own = 4 * image * channels * to.plane;
        kernels.unblock({ x: places.output + offset(last, image), y: at.x! + own }, { channels, lanes, ...rows }, to);
      });
      await session.run({ ...feeds, x: x! }, undefined, into);
      forEachImage(last, (image, { places, lanes, rows, channels }) => {
        const own = 4 * image * channels * rows.rows * rows.w;
        const blocks = { blocks: channels / lanes, lanes };
        kernels.block({ y: at['d.x']! + own, x: places.slope + offset(last, image) }, { ...blocks, ...rows });
      });
      return results;
    },
  };
}

/** Bytes from the first image of a sheet to another. */
const offset = ({ sheets: { output }, lanes }: LayerTools, image: number) => 4 * image * output.pitch * lanes;

/** Where each image stands in the outputs of the last layer. */
function forEachImage(
  { layer, sheets: { output }, strip: _, places, lanes }: LayerTools,
  work: (
    image: number,
    about: {
      readonly places: LayerTools['places'];
      readonly lanes: number;
      readonly channels: number;
      readonly rows: { readonly stride: number; readonly rows: number; readonly step: number; readonly w: number };
    },
  ) => void,
): void {
  const [height, w] = outputSize(layer);
  const step = (output.n - 1) * output.pitch + output.w;
  const rows = { stride: height * step, rows: height, step, w };
  for (let image = 0; image < output.n; image++) work(image, { places, lanes, channels: layer.outputs, rows });
}
