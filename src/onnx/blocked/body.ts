import { columnsOf, createKernels, type Dropping, type Kernels } from '../../kernels/kernels.ts';
import type { Session } from '../session.ts';
import { sizeOf, type Tensor } from '../tensor.ts';
import { createBackward, type SlopeTarget } from './backward.ts';
import { type ChainParts, sheetsOf } from './chain.ts';
import { createForward } from './forward.ts';
import { type LayerTools, tensorAt } from './layer.ts';
import { type Placing, placeFrom, placeLayers, stripSizes, type Wanted } from './places.ts';
import type { CreatePart } from './running.ts';

/** Addresses by name. */
export type Addresses = Readonly<Record<string, number>>;

/** The front and the layers of a chain, ready to run on some images side by side. */
export interface Body {
  readonly kernels: Kernels;
  readonly tools: readonly LayerTools[];
  /** What was placed beside the layers. */
  readonly at: Addresses;
  /** From `image [n, C, H, W]` to the outputs of the last layer; `droppings` are those of the layers. */
  readonly forward: (image: Tensor, droppings: readonly Dropping[]) => Promise<void>;
  /** From the gradient of the outputs of the last layer to what is wanted; nothing where that is the outputs. */
  readonly backward: () => Promise<void>;
  readonly release: Session['release'];
}

/**
 * Makes the sessions of a chain and the memory that they share: nothing is taken anew while it runs. `between` gives
 * places to what is needed only between the two passes, `kept` to what stays.
 */
export async function createBody(
  chain: ChainParts,
  {
    createSession,
    wanted,
    between,
    kept,
    to,
    strip,
  }: {
    createSession: CreatePart;
    wanted: Wanted;
    between: (placing: Placing) => Addresses;
    kept: (placing: Placing) => Addresses;
    /** Where the gradient of the input goes, if it is wanted. */
    to?: (at: Addresses) => SlopeTarget;
    /** Rows of a strip; chosen by the size of a layer unless given. */
    strip?: number | undefined;
  },
): Promise<Body> {
  const { lanes, layers, together } = chain;
  const sheets = sheetsOf(layers, together);
  const strips = layers.map((layer, i) => stripSizes(layer, sheets[i]!, { isFirst: i === 0, strip }));
  const placed = placeLayers(
    layers.map((layer, i) => ({ layer, strip: strips[i]!, sheets: sheets[i]! })),
    { lanes, wanted },
  );
  const [channels, height, width] = [layers[0]!.inputs, layers[0]!.height, layers[0]!.width];
  const separate = [together, channels, height, width];
  const before = placeFrom(placed.scratch);
  const separateAt = before.take(sizeOf(separate));
  const passed = placeFrom(placed.scratch);
  const atBetween = between(passed);
  const staying = placeFrom(Math.max(placed.end, before.next, passed.next));
  const inputAt = staying.take(channels * height * columnsOf(sheets[0]!.input));
  const at = { ...atBetween, ...kept(staying) };
  const kernels = await createKernels(staying.next);
  const tools = layers.map((layer, i): LayerTools => {
    const about = { places: placed.places[i]!, strip: strips[i]!, sheets: sheets[i]! };
    const before = placed.places[i - 1]?.output;
    const input =
      before === undefined
        ? { at: inputAt, groups: channels, lanes: 1 }
        : { at: before, groups: layer.inputs / lanes, lanes };
    return { layer, ...about, lanes, kernels, isFirst: i === 0, input, wanted };
  });
  const front = await createSession(chain.front);
  const forwards = await Promise.all(tools.map((tool) => createForward(tool, { createSession })));
  const backwards = await Promise.all(
    (wanted === 'outputs' ? [] : tools).map((tool, i) => {
      const before = tools[i - 1]?.places.slope;
      const target = before === undefined ? to?.(at) : { at: before, inBlocks: true };
      return createBackward(tool, { createSession, to: target });
    }),
  );
  const fromFront = { x: tensorAt(kernels, together === 1 ? inputAt : separateAt, separate) };

  return {
    kernels,
    tools,
    at,
    async forward(pixels, droppings) {
      await front.run({ image: pixels }, undefined, fromFront);
      if (together > 1) layOut(tools[0]!, { from: separateAt, to: inputAt });
      for (const [i, { forward }] of forwards.entries()) await forward(droppings[i]!);
    },
    async backward() {
      for (const { backward } of backwards.toReversed()) await backward();
    },
    async release() {
      await Promise.all([front, ...forwards, ...backwards].map((each) => each.release()));
      kernels.release();
    },
  };
}

/** The images of the first layer, one after the other, to where they lie side by side; there are zeros between them. */
function layOut(
  { layer: { inputs, height }, sheets: { input }, kernels: { floats } }: LayerTools,
  { from, to }: { from: number; to: number },
): void {
  const columns = columnsOf(input);
  for (let row = 0; row < inputs * height; row++) {
    for (let image = 0; image < input.n; image++) {
      const source = from / 4 + (image * inputs * height + row) * input.w;
      floats.copyWithin(to / 4 + row * columns + image * input.pitch, source, source + input.w);
    }
  }
}
