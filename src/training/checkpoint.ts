import { z } from 'zod';
import { MilscopeError } from '../errors.ts';
import type { Parameters } from '../network/parameters.ts';
import { float32, sizeOf } from '../onnx/tensor.ts';
import type { TrainingState } from './state.ts';

/**
 * A checkpoint is a file in the safetensors format (eight bytes of length, a JSON header, then the numbers), which
 * Python opens too: `parameters.*`, `first.*` and `second.*` of Adam, `average.*`, `best.*`; counters in the metadata.
 */
const tally = z.object({ loss: z.number(), correct: z.number(), fields: z.number() });
const counters = z.object({
  epoch: z.number(),
  batches: z.number(),
  steps: z.number(),
  tally,
  best: z.object({ epoch: z.number(), validation: tally }).optional(),
});
const entry = z.object({
  dtype: z.literal('F32'),
  shape: z.array(z.number()),
  data_offsets: z.tuple([z.number(), z.number()]),
});
const METADATA = '__metadata__';

/** The bytes of a checkpoint. */
export function encodeCheckpoint(state: TrainingState): Uint8Array {
  const { epoch, batches, adam, average, best } = state;
  const groups: Record<string, Parameters> = { ...adamGroups(adam), average, ...(best && { best: best.parameters }) };
  const header: Record<string, unknown> = {
    [METADATA]: {
      milscope: JSON.stringify({
        epoch,
        batches,
        steps: adam.steps,
        tally: state.tally,
        ...(best && { best: { epoch: best.epoch, validation: best.validation } }),
      } satisfies z.infer<typeof counters>),
    },
  };
  const arrays: Float32Array[] = [];
  let offset = 0;
  for (const [group, parameters] of Object.entries(groups)) {
    for (const [name, { shape, data }] of Object.entries(parameters)) {
      header[`${group}.${name}`] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
      offset += data.byteLength;
      arrays.push(data as Float32Array);
    }
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  let at = 8 + text.length;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

const adamGroups = ({ parameters, first, second }: TrainingState['adam']) => ({ parameters, first, second });

/** Reads the bytes of a checkpoint. Throws `ResumeMismatch`, naming `file`, when they are none. */
export function decodeCheckpoint(bytes: Uint8Array, file: string): TrainingState {
  try {
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    const { steps, best, ...rest } = counters.parse(JSON.parse(header[METADATA].milscope));
    const groups: Record<string, Record<string, Parameters[string]>> = {};
    for (const [key, value] of Object.entries(header)) {
      if (key === METADATA) continue;
      const { shape, data_offsets } = entry.parse(value);
      const [group, name] = [key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1)];
      const [from, to] = data_offsets.map((at) => 8 + length + at) as [number, number];
      // Copied, since numbers want alignment; a `slice` of Node's buffers would be no copy.
      const data = new Float32Array(new Uint8Array(bytes.subarray(from, to)).buffer);
      if (data.length !== sizeOf(shape)) throw new Error(`"${key}" is cut short`);
      groups[group] = { ...groups[group], [name]: float32(data, shape) };
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
