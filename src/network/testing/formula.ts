import { float32, sizeOf, type Tensor } from '../../onnx/tensor.ts';
import { type NetworkShape, parameterShapes } from '../parameters.ts';

/** `value(layer, i)` of the formula in the `about` of test/fixtures/network.json. */
export function formulaTensor(layer: number, shape: readonly number[], scale: number): Tensor {
  const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
    let h = (Math.imul(i, 2654435761) + layer * 974711 + 12345) >>> 0;
    h = Math.imul((h ^ (h >>> 15)) >>> 0, 2246822519) >>> 0;
    h = (h ^ (h >>> 13)) >>> 0;
    return (h / 2 ** 31 - 1) * scale;
  });
  return float32(data, shape);
}

/** The parameters of the independent implementation. */
export function formulaParameters(network: NetworkShape): Record<string, Tensor> {
  const parameters: Record<string, Tensor> = {};
  for (const [name, shape] of Object.entries(parameterShapes(network))) {
    const layer = Number(/^conv(\d)/.exec(name)?.[1] ?? 8);
    if (name === 'b')
      parameters[name] = float32(
        Array.from({ length: network.classes }, (_, i) => 0.3 + 0.1 * i),
        shape,
      );
    else if (name.endsWith('.bias')) parameters[name] = formulaTensor(10 + layer, shape, 0.05);
    else if (name === 'fc.weight') parameters[name] = formulaTensor(8, shape, 0.7);
    else parameters[name] = formulaTensor(layer, shape, Math.sqrt(6 / sizeOf(shape.slice(1))));
  }
  return parameters;
}
