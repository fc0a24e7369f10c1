import { MilscopeError } from '../errors.ts';
import { decodeModel } from '../onnx/decode.ts';
import { describeModel, layersOf, type ModelDescription } from './model-file.ts';
import { type Parameters, parameterShapes } from './parameters.ts';

/** A model in the form from which other graphs are made. */
export interface NetworkModel {
  readonly about: ModelDescription;
  readonly parameters: Parameters;
}

/**
 * The description and the weights of a `model.onnx`. Throws `BadModel`, naming `file`, when milscope did not write it.
 */
export function readModel(bytes: Uint8Array, file: string): NetworkModel {
  const about = describeModel(bytes, file);
  const { initializers } = decodeModel(bytes, file);
  const { classes, channels, pooling } = about;
  const layers = layersOf(about);
  const shapes = parameterShapes({ classes: classes.length, channels: channels.length, pooling, layers });
  const parameters = Object.entries(shapes).map(([name, shape]) => {
    const learned = initializers[name];
    if (learned?.shape.join() === shape.join()) return [name, learned] as const;
    throw new MilscopeError('BadModel', {
      file,
      problem: `the layers of this model are others: ${name} does not fit`,
      found: learned ? `[${learned.shape.join(', ')}]` : 'nothing of this name',
      expected: `[${shape.join(', ')}]`,
      remedy: 'give a model that this version of milscope trained',
    });
  });
  return { about, parameters: Object.fromEntries(parameters) };
}
