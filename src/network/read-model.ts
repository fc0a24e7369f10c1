import { MilscopeError } from '../errors.ts';
import { decodeModel } from '../onnx/decode.ts';
import type { Tensor } from '../onnx/tensor.ts';
import { describeModel, layersOf, type ModelDescription } from './model-file.ts';
import { type Parameters, parameterShapes } from './parameters.ts';

/** A model in the form from which other graphs are made. */
export interface NetworkModel {
  readonly about: ModelDescription;
  readonly parameters: Parameters;
}

/**
 * The description and the weights of a `model.onnx`. Throws `BadModel`, naming `file`, when milscope did not write it, and for a
 * joined file, see `readJoinedModel`.
 */
export function readModel(bytes: Uint8Array, file: string): NetworkModel {
  const about = describeModel(bytes, file);
  if (about.members !== undefined) {
    throw new MilscopeError('BadModel', {
      file,
      problem: `this file joins ${about.members.length} models, and only predictions are made with several`,
      remedy: 'give the model.onnx of one of them',
    });
  }
  return { about, parameters: readParameters(about, decodeModel(bytes, file).initializers, { file }) };
}

/**
 * The weights of a model among the constants of a file, whose names there begin with `prefix`.
 *
 * @throws BadModel, naming `file`, where one is missing or has another shape
 */
export function readParameters(
  about: ModelDescription,
  initializers: Readonly<Record<string, Tensor>>,
  { file, prefix = '' }: { readonly file: string; readonly prefix?: string },
): Parameters {
  const { classes, channels, pooling } = about;
  const layers = layersOf(about);
  const shapes = parameterShapes({ classes: classes.length, channels: channels.length, pooling, layers });
  const parameters = Object.entries(shapes).map(([name, shape]) => {
    const learned = initializers[prefix + name];
    if (learned?.shape.join() === shape.join()) return [name, learned] as const;
    throw new MilscopeError('BadModel', {
      file,
      problem: `the layers of this model are others: ${prefix}${name} does not fit`,
      found: learned ? `[${learned.shape.join(', ')}]` : 'nothing of this name',
      expected: `[${shape.join(', ')}]`,
      remedy: 'give a model that this version of milscope trained',
    });
  });
  return Object.fromEntries(parameters);
}
