import type { Parameters } from '../network/parameters.ts';
import { float32 } from '../onnx/tensor.ts';
import { weightLoops } from './weight-loops.ts';

/**
 * Constants of Kingma & Ba (2015), algorithm 1, except the second decay, which is 0.999 there. In the first steps
 * Noisy-AND is on its flat ends and gradients are many times those of later steps. With a memory of 1000 steps they
 * keep the step size small for most of a training, with one of 100 they do not. Accuracy on simulated screens after 960
 * steps: 0.92 rather than 0.71.
 */
export const FIRST_DECAY = 0.9;
export const SECOND_DECAY = 0.99;
const EPSILON = 1e-8;

/** Parameters with Adam's running moments, after a number of steps. */
export interface AdamState {
  readonly steps: number;
  readonly parameters: Parameters;
  /** Running means of the gradients. */
  readonly first: Parameters;
  /** Running means of their squares. */
  readonly second: Parameters;
}

/** The state before the first step. */
export function initialAdamState(parameters: Parameters): AdamState {
  return { steps: 0, parameters, first: zerosLike(parameters), second: zerosLike(parameters) };
}

/** Zeros in the same shapes. */
export function zerosLike(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]) => [name, float32(new Float32Array(data.length), shape)]),
  );
}

/** The input of a step. `gradients` have the names of the parameters. */
export interface AdamStep {
  readonly state: AdamState;
  readonly gradients: Parameters;
  readonly rate: number;
  /** Factors of the learning rate, by parameter; 1 by default. */
  readonly multiples?: Readonly<Record<string, number>>;
}

/**
 * One step of Adam, written over the numbers of `into`, which must not be those of `state`: a network has half a
 * million of them, and allocating new arrays at every step takes longer than the arithmetic.
 */
export async function adamStep(
  { state, gradients, rate, multiples = {} }: AdamStep,
  into: Omit<AdamState, 'steps'>,
): Promise<AdamState> {
  const loops = await weightLoops();
  const steps = state.steps + 1;
  const [firstScale, secondScale] = [1 / (1 - FIRST_DECAY ** steps), 1 / (1 - SECOND_DECAY ** steps)];
  for (const name of Object.keys(state.parameters)) {
    const step = rate * (multiples[name] ?? 1) * firstScale;
    const of = (parameters: Parameters) => parameters[name]!.data as Float32Array;
    loops.adam(
      { parameters: of(state.parameters), first: of(state.first), second: of(state.second), slope: of(gradients) },
      { step, firstDecay: FIRST_DECAY, secondDecay: SECOND_DECAY, secondScale, epsilon: EPSILON },
      { parameters: of(into.parameters), first: of(into.first), second: of(into.second) },
    );
  }
  return { ...into, steps };
}
