/** A process that computes a small graph with one execution provider of ONNX Runtime and sends the outcome. */
import * as ort from 'onnxruntime-node';
import { encodeModel } from '../encode.ts';
import { createGraph } from '../graph.ts';
import { conv } from '../operators/convolution.ts';
import { relu } from '../operators/elementwise.ts';
import { float32 } from '../tensor.ts';

/** The message of the process. */
export type ProviderAnswer = { readonly error: string } | { readonly largestDifference: number };

const SIDE = 16;
const [CHANNELS, FILTERS, KERNEL] = [3, 4, 3];

/** Numbers of both signs that are the same on every machine: multiples of 1/8, so that their products are exact. */
const numbers = (count: number, step: number) =>
  Float32Array.from({ length: count }, (_, i) => ((i * step) % 17) / 8 - 1);
const image = numbers(CHANNELS * SIDE * SIDE, 5);
const weights = numbers(FILTERS * CHANNELS * KERNEL * KERNEL, 7);

function model(): Uint8Array {
  const graph = createGraph();
  const x = graph.input('x', 'float32', [1, CHANNELS, SIDE, SIDE]);
  const w = graph.constant(float32(weights, [FILTERS, CHANNELS, KERNEL, KERNEL]));
  return encodeModel(graph, { outputs: { y: relu(conv(x, w)) } });
}

/** The same, by loops. */
function expected(): Float32Array {
  const side = SIDE - KERNEL + 1;
  return Float32Array.from({ length: FILTERS * side * side }, (_, i) => {
    const [filter, row, column] = [Math.floor(i / side / side), Math.floor(i / side) % side, i % side];
    let sum = 0;
    for (let c = 0; c < CHANNELS; c++) {
      for (let tap = 0; tap < KERNEL * KERNEL; tap++) {
        const pixel = (c * SIDE + row + Math.floor(tap / KERNEL)) * SIDE + column + (tap % KERNEL);
        sum += image[pixel]! * weights[(filter * CHANNELS + c) * KERNEL * KERNEL + tap]!;
      }
    }
    return Math.max(0, sum);
  });
}

async function compute(provider: string): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(model(), {
    executionProviders: [provider],
    logSeverityLevel: 3,
    // Falling back to the processor is forbidden, or every provider would seem to work.
    ...(provider === 'cpu' ? {} : { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
  });
  const { y } = await session.run({ x: new ort.Tensor('float32', image, [1, CHANNELS, SIDE, SIDE]) });
  return y!.data as Float32Array;
}

async function answer(provider: string): Promise<ProviderAnswer> {
  try {
    const found = await compute(provider);
    const wanted = expected();
    const differences = wanted.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN)));
    return { largestDifference: differences.reduce((most, value) => Math.max(most, value), 0) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

// A provider may leave threads behind or fail on release; neither matters any more.
process.send!(await answer(process.argv[2]!), () => process.exit(0));
