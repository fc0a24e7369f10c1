import type { Tensor, TensorData } from '../../onnx/tensor.ts';
import { layersOf, type ModelDescription } from '../model-file.ts';
import { parameterShapes } from '../parameters.ts';
import type { NetworkModel } from '../read-model.ts';

/**
 * The same network with its classes in another order: all its outputs have them in that order.
 *
 * @param classes the classes of the model, each once
 */
export function alignClasses({ about, parameters }: NetworkModel, classes: readonly string[]): NetworkModel {
  if (classes.join('\n') === about.classes.join('\n')) return { about, parameters };
  const order = classes.map((name) => about.classes.indexOf(name));
  const axes = classAxes(about);
  const { thresholds } = about;
  return {
    about: {
      ...about,
      classes: [...classes],
      ...(thresholds && { thresholds: order.map((k) => thresholds[k]!) }),
    },
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, tensor]) => [
        name,
        axes[name]!.reduce((of, axis) => reordered(of, { axis, order }), tensor),
      ]),
    ),
  };
}

/** The axes of every parameter that have an element for each class: those that are longer where there is one class more. */
function classAxes(about: ModelDescription): Readonly<Record<string, readonly number[]>> {
  const { channels, pooling } = about;
  const network = { channels: channels.length, pooling, layers: layersOf(about) };
  const classes = about.classes.length;
  const more = parameterShapes({ ...network, classes: classes + 1 });
  return Object.fromEntries(
    Object.entries(parameterShapes({ ...network, classes })).map(([name, shape]) => [
      name,
      shape.flatMap((size, axis) => (size === more[name]![axis] ? [] : [axis])),
    ]),
  );
}

/** A tensor whose i-th slice along an axis is the `order[i]`-th of another. */
function reordered(tensor: Tensor, { axis, order }: { axis: number; order: readonly number[] }): Tensor {
  const { shape, data } = tensor;
  const inner = shape.slice(axis + 1).reduce((size, of) => size * of, 1);
  const outer = shape.slice(0, axis).reduce((size, of) => size * of, 1);
  const moved = data.slice() as TensorData & { set(part: ArrayLike<unknown>, at: number): void };
  for (let o = 0; o < outer; o++) {
    for (const [to, from] of order.entries()) {
      const at = (place: number) => (o * order.length + place) * inner;
      moved.set(data.subarray(at(from), at(from) + inner), at(to));
    }
  }
  return { ...tensor, data: moved };
}
