import * as z from 'zod';
import { MilscopeError } from '../errors.ts';
import type { Parameters } from '../network/parameters.ts';
import { float32 } from '../onnx/tensor.ts';
import { decodeSafetensors, encodeSafetensors, type TensorPieces } from '../safetensors.ts';
import type { TrainingState } from './state.ts';

/**
 * A checkpoint is a file in the safetensors format: `parameters.*`, `first.*` and `second.*` of Adam, `average.*`,
 * `best.*`; counters in the metadata.
 */
const tally = z.object({ loss: z.number(), correct: z.number(), fields: z.number() });
const counters = z.object({
  epoch: z.number(),
  batches: z.number(),
  steps: z.number(),
  tally,
  best: z.object({ epoch: z.number(), validation: tally }).optional(),
});

/** The bytes of a checkpoint. */
export function encodeCheckpoint(state: TrainingState): Uint8Array {
  const { epoch, batches, adam, average, best } = state;
  const groups: Record<string, Parameters> = { ...adamGroups(adam), average, ...(best && { best: best.parameters }) };
  const known: z.infer<typeof counters> = {
    epoch,
    batches,
    steps: adam.steps,
    tally: state.tally,
    ...(best && { best: { epoch: best.epoch, validation: best.validation } }),
  };
  const tensors = Object.entries(groups).flatMap(([group, parameters]) =>
    Object.entries(parameters).map(([name, { shape, data }]): [string, TensorPieces] => [
      `${group}.${name}`,
      { type: 'F32', shape, pieces: [data as Float32Array] },
    ]),
  );
  return concatenated([...encodeSafetensors(Object.fromEntries(tensors), { milscope: JSON.stringify(known) })]);
}

function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

const adamGroups = ({ parameters, first, second }: TrainingState['adam']) => ({ parameters, first, second });

/** Reads the bytes of a checkpoint. Throws `ResumeMismatch`, naming `file`, when they are not one. */
export function decodeCheckpoint(bytes: Uint8Array, file: string): TrainingState {
  try {
    const { tensors, metadata } = decodeSafetensors(bytes);
    const { steps, best, ...rest } = counters.parse(JSON.parse(metadata.milscope!));
    const groups: Record<string, Record<string, Parameters[string]>> = {};
    for (const [key, { shape, data }] of Object.entries(tensors)) {
      const [group, name] = [key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1)];
      groups[group] = { ...groups[group], [name]: float32(data as Float32Array, shape) };
    }
    const { parameters, first, second, average, best: kept } = groups;
    if (!parameters || !first || !second || !average || (best && !kept)) throw new Error('parts are missing');
    const adam = { steps, parameters, first, second };
    return { ...rest, adam, average, best: best && { ...best, parameters: kept! } };
  } catch (cause) {
    throw new MilscopeError('ResumeMismatch', {
      file,
      problem: `the checkpoint cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'train again from the start, with --overwrite',
      cause,
    });
  }
}
