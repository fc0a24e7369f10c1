import * as ort from 'onnxruntime-node';
import type { CreateSession } from '../session.ts';
import type { ElementType, Tensor, TensorData } from '../tensor.ts';

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
    async run(feeds, outputs) {
      const inputs: Record<string, ort.Tensor> = {};
      for (const [name, tensor] of Object.entries(feeds)) inputs[name] = toRuntime(tensor);
      const results = outputs ? await session.run(inputs, [...outputs]) : await session.run(inputs);
      return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, fromRuntime(value)]));
    },
    release: () => session.release(),
  };
};

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
