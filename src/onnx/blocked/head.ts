import { type BlockRows, columnsOf, type Kernels } from '../../kernels/kernels.ts';
import type { Session, Tensors } from '../session.ts';
import { sizeOf, type Tensor } from '../tensor.ts';
import { type ChainParts, outputSize } from './chain.ts';
import { type LayerTools, tensorAt } from './layer.ts';
import type { Placing, Wanted } from './places.ts';
import type { CreatePart } from './running.ts';

/** The graph at the end of a chain, of whose results that for its input, if it has a place, goes to the last layer. */
export interface Head {
  /** Its results, but `d.x`; they are overwritten by the next run. */
  readonly run: (feeds: Tensors) => Promise<Tensors>;
  readonly release: Session['release'];
}

/** Shapes of what the head keeps in memory that nobody uses between the two passes, in the order of their places. */
function headShapes(
  { headOutputs, headInput }: ChainParts,
  { returns }: { returns: boolean },
): Readonly<Record<string, readonly number[]>> {
  return { x: headInput, ...headOutputs, ...(returns && { 'd.x': headInput }) };
}

/** Gives the arrays of the head their places; `d.x` has one unless only outputs are wanted. */
export function placeHead(chain: ChainParts, scratch: Placing, wanted: Wanted): Readonly<Record<string, number>> {
  const shapes = Object.entries(headShapes(chain, { returns: wanted !== 'outputs' }));
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
  const back = at['d.x'];
  const tensors = Object.entries(headShapes(chain, { returns: back !== undefined })).map(([name, shape]) => [
    name,
    tensorAt(kernels, at[name]!, shape),
  ]) as [string, Tensor][];
  const { x, ...into } = Object.fromEntries(tensors) as Record<string, Tensor>;
  const { 'd.x': _, ...results } = into;
  return {
    release: () => session.release(),
    async run(feeds) {
      const { layer, sheets, places, lanes } = last;
      const channels = layer.outputs;
      const rows = rowsOfImage(last);
      const pixels = rows.rows * rows.w;
      const plane = sheets.output.n * pixels;
      for (let image = 0; image < sheets.output.n; image++) {
        const from = { x: places.output + offset(last, image), y: at.x! + 4 * image * pixels };
        kernels.unblock(from, { channels, lanes, ...rows }, { plane, pitch: rows.w });
      }
      await session.run({ ...feeds, x: x! }, undefined, into);
      if (back === undefined) return results;
      for (let image = 0; image < sheets.output.n; image++) {
        const to = { x: places.slope + offset(last, image), y: back + 4 * image * pixels };
        kernels.block(to, { blocks: channels / lanes, lanes, ...rows }, { plane });
      }
      return results;
    },
  };
}

/** Bytes from the first image of a sheet to another. */
const offset = ({ sheets: { output }, lanes }: LayerTools, image: number) => 4 * image * output.pitch * lanes;

/** The rows of one of the images in the outputs of the last layer. */
function rowsOfImage({ layer, sheets: { output } }: LayerTools): BlockRows {
  const [height, w] = outputSize(layer);
  const step = columnsOf(output);
  return { stride: height * step, rows: height, step, w };
}
