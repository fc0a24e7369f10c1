import { encodeModel } from '../encode.ts';
import { createGraph } from '../graph.ts';
import { conv } from '../operators/convolution.ts';
import type { CreateSession, Session, Tensors } from '../session.ts';
import { float32 } from '../tensor.ts';
import { blockedConvolution } from './convolution.ts';
import { blockWeights } from './weights.ts';

const [CHANNELS, SIDE, SIZE] = [32, 4, 3];

/**
 * How many channels this runtime puts into a block on this processor: 16 with AVX-512, 8 with AVX2; undefined where it
 * has no blocked convolution, or where that gives other numbers than the plain one. A tiny convolution tells.
 */
export async function findLanes(createSession: CreateSession): Promise<8 | 16 | undefined> {
  const numbers = (count: number, step: number) =>
    Float32Array.from({ length: count }, (_, i) => ((i * step) % 17) / 8 - 1);
  const x = numbers(CHANNELS * SIDE * SIDE, 5);
  const w = numbers(CHANNELS * CHANNELS * SIZE * SIZE, 7);
  const shapes = { x: [1, CHANNELS, SIDE, SIDE], w: [CHANNELS, CHANNELS, SIZE, SIZE] } as const;
  const graph = createGraph();
  const y = conv(graph.input('x', 'float32', shapes.x), graph.input('w', 'float32', shapes.w));
  const plain = await createSession(encodeModel(graph, { outputs: { y } }), { threads: 1 });
  const expected = await outputOf(plain, { x: float32(x, shapes.x), w: float32(w, shapes.w) });
  await plain.release();
  try {
    const model = blockedConvolution({
      image: [CHANNELS, SIDE, SIDE],
      weights: shapes.w,
      sides: 0,
    });
    const session = await createSession(model, { threads: 1 });
    try {
      for (const lanes of [16, 8] as const) {
        const weights = new Float32Array(w.length);
        blockWeights(w, { outputs: CHANNELS, inputs: CHANNELS, size: SIZE, lanes }, weights);
        const found = await outputOf(session, {
          x: float32(toBlocks(x, SIDE * SIDE, lanes), shapes.x),
          w: float32(weights, shapes.w),
        });
        const wanted = toBlocks(expected, (SIDE - SIZE + 1) ** 2, lanes);
        if (wanted.every((value, i) => Math.abs(value - found[i]!) < 1e-3)) return lanes;
      }
    } finally {
      await session.release();
    }
  } catch {
    // The runtime doesn't know the operator.
  }
  return undefined;
}

async function outputOf(session: Session, feeds: Tensors): Promise<Float32Array> {
  return (await session.run(feeds)).y!.data as Float32Array;
}

function toBlocks(x: Float32Array, pixels: number, lanes: number): Float32Array {
  const blocked = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const [channel, pixel] = [Math.floor(i / pixels), i % pixels];
    blocked[(Math.floor(channel / lanes) * pixels + pixel) * lanes + (channel % lanes)] = x[i]!;
  }
  return blocked;
}
