import * as ort from 'onnxruntime-node';
import type { CreateSession, Tensors } from '../session.ts';
import type { ElementType, Tensor, TensorData } from '../tensor.ts';
import '../../threads/find-transfer.ts';
import { freeAtOnce } from '../../threads/free-at-once.ts';

/** A session of ONNX Runtime on this machine's processor. */
export const createNodeSession: CreateSession = async (model, { threads, strict = false }) => {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: { session: { strict_shape_type_inference: strict ? '1' : '0', intra_op: { allow_spinning: '0' } } },
  });
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds, outputs, into) {
      const inputs = allToRuntime(feeds);
      if (into) {
        forgetCopies(await session.run(inputs, allToRuntime(into)), into);
        return into;
      }
      const results = outputs ? await session.run(inputs, [...outputs]) : await session.run(inputs);
      return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, fromRuntime(value)]));
    },
    release: () => session.release(),
  };
};

/**
 * The binding fills the arrays that it is given, and copies them to new ones all the same. These are given back at once:
 * left to garbage collection, each would take new memory from the system.
 */
function forgetCopies(results: Readonly<Record<string, ort.Tensor>>, into: Tensors): void {
  for (const [name, { data }] of Object.entries(results)) {
    const { buffer } = data as Float32Array<ArrayBuffer>;
    if (buffer !== into[name]!.data.buffer) freeAtOnce(buffer);
  }
}

function allToRuntime(tensors: Tensors): Record<string, ort.Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, toRuntime(tensor)]));
}

function toRuntime({ type, shape, data }: Tensor): ort.Tensor {
  return new ort.Tensor(type, data as never, shape);
}

function fromRuntime({ type, dims, data }: ort.Tensor): Tensor {
  return { type: type as ElementType, shape: dims, data: data as TensorData };
}

/** Version of ONNX Runtime. */
export function runtimeVersion(): string {
  return ort.env.versions.node ?? ort.env.versions.common;
}
