import * as z from 'zod';
import { MilscopeError } from '../errors.ts';
import { decodeModel } from '../onnx/decode.ts';
import { encodeModel } from '../onnx/encode.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import { sigmoid } from '../onnx/operators/elementwise.ts';
import type { Dimension } from '../onnx/tensor.ts';
import { type Layer, PAPER_LAYERS } from './architecture.ts';
import { buildBags, buildInstances, eachCell } from './forward.ts';
import { int8Fields } from './int8/int8-fields.ts';
import { layerData } from './layer-data.ts';
import { normalizationFields } from './normalization-fields.ts';
import { noveltyFields } from './novelty-fields.ts';
import type { Parameters } from './parameters.ts';
import { POOLING_NAMES } from './pooling/poolings.ts';
import { recipeFields } from './recipe.ts';
import { seenIntensitiesFields } from './seen-intensities-fields.ts';

/** Key of the metadata of an ONNX file that holds {@link ModelDescription} as JSON. */
export const METADATA_KEY = 'milscope';

/** How neighbours of a cell are hidden, see `CellWindow`. */
export const cellWindow = z.object({ full: z.number(), zero: z.number(), others: z.number().optional() });

const fields = z.object({
  /** Version of milscope that wrote the file. */
  version: z.string(),
  /** Names of the classes, in the order of the outputs. */
  classes: z.array(z.string()).min(1),
  /** Names of the channels, in the order of the input. */
  channels: z.array(z.string()).min(1),
  ...recipeFields,
  pooling: z.enum(POOLING_NAMES),
  /** The paper's a or r. */
  sharpness: z.number(),
  /** `softmax` for one class per field, `sigmoid` for several labels. */
  head: z.enum(['softmax', 'sigmoid']),
  /** What the scores of the last layer are divided by, so that probabilities are shares of fields: see `chooseTemperature`; 1 by default. */
  temperature: z.number().positive().optional(),
  /** With sigmoids: the probability at and above which each class is a label of a field; 0.5 by default. */
  thresholds: z.array(z.number().min(0).max(1)).readonly().optional(),
  /** Column of the table that the classes come from. */
  label: z.string(),
  /**
   * Intensities of the training fields, by which the model normalizes its input. Where plates are made alike, fields are brought
   * to `referenceOf` it, plate by plate, before the model sees them; raw ones are seen as they are.
   */
  normalization: normalizationFields,
  /** Which intensities the training fields had, raw ones; models of before version 0.2 do not say it. */
  intensities: seenIntensitiesFields.optional(),
  /** What tells how far a field lies from those of the training. */
  novelty: noveltyFields.optional(),
  /** Factor by which the network enlarges a field first; 1 by default. */
  enlarge: z.number().int().min(1).optional(),
  /** Side of the squares around single cells that it was trained on (pixels); undefined after a training on fields. */
  cellSize: z.number().optional(),
  /**
   * What an instance is: a position of the maps, a position that holds a cell, or a cell. By default a position, also where cells
   * were trained on one by one.
   */
  instances: z.enum(['positions', 'foreground', 'cells']).optional(),
  /** How neighbours of a cell are hidden; they are not by default. */
  window: cellWindow.optional(),
  /** Whose cells are pooled, where instances are cells: those of a field by default. */
  bag: z.enum(['field', 'well']).optional(),
  /** How the cells that it was trained on were found, where they were not given: in which channel, and how wide nuclei are (pixels). */
  nuclei: z.object({ channel: z.string(), diameter: z.number().optional() }).optional(),
  /** The layers of the network; those of the paper by default. */
  layers: layerData.optional(),
  /** Computes most convolutions in whole numbers, see `convolveInt8`; in floats by default. */
  int8: int8Fields.optional(),
  /** SHA-256 of the options and inputs of the training. */
  run: z.string(),
});

const description = fields
  .extend({
    /** The models that a joined file averages, each with the SHA-256 of its own file. */
    members: z
      .array(fields.extend({ model: z.string() }))
      .readonly()
      .optional(),
  })
  .refine(({ classes, thresholds }) => thresholds === undefined || thresholds.length === classes.length, {
    message: 'there is not one threshold for each class',
    path: ['thresholds'],
  });

/** The description in a model file. */
export type ModelDescription = Readonly<z.infer<typeof description>>;

/** The layers of a model. */
export function layersOf({ layers = PAPER_LAYERS }: Pick<ModelDescription, 'layers'>): readonly Layer[] {
  return layers;
}

/** What a model file says of itself, out of all that is known of its training. */
export function descriptionOf(training: unknown): ModelDescription {
  return description.parse(training);
}

/**
 * The bytes of a complete `model.onnx`: any ONNX runtime can use it on raw pixels. Input `image [N, C, H, W]` float32 in
 * the intensities of the file; outputs `probability [N, K]`, `bag [N, K]` and `map [N, K, h, w]`. Where instances are cells,
 * `image` is cells `[N, C, s, s]`, each of them a bag of its own. The `map` of a cell is its instance probability, or has positions
 * of whose logits the mean is that of the cell. Where only positions that hold cells are instances, the file does not know which
 * these are, and pools all positions: see `createForegroundGraph`. The temperature is inside, so that `probability` is the
 * calibrated one; the parameters are those that were learned.
 */
export function encodeModelFile(parameters: Parameters, about: ModelDescription): Uint8Array {
  const graph = createGraph();
  const image = graph.input('image', 'float32', imageShape(about));
  const constants: Record<string, Value> = {};
  for (const [name, tensor] of Object.entries(parameters)) constants[name] = graph.constant(tensor, name);
  const options = { ...about, layers: layersOf(about), parameters: constants };
  const positions = buildInstances(image, options);
  const { probability, bag } = buildBags(about.instances === 'cells' ? eachCell(positions) : positions, options);
  return encodeModel(graph, {
    outputs: { probability, bag: bag.probability, map: sigmoid(positions.logits) },
    metadata: { [METADATA_KEY]: JSON.stringify(about) },
  });
}

/** The shape of the images of a model: of any size, but of cells with a window. */
export function imageShape(
  { channels, window, cellSize }: Pick<ModelDescription, 'channels' | 'window' | 'cellSize'>,
  side = cellSize,
): readonly Dimension[] {
  return ['N', channels.length, ...(window ? [side!, side!] : ['H', 'W'])];
}

/** Reads the description in a model file. Throws `BadModel`, naming `file`, when milscope did not write it. */
export function describeModel(bytes: Uint8Array, file: string): ModelDescription {
  const text = decodeModel(bytes, file).metadata[METADATA_KEY];
  if (text === undefined) {
    throw new MilscopeError('BadModel', {
      file,
      problem: 'this ONNX model was not written by milscope',
      expected: `the metadata property "${METADATA_KEY}"`,
      remedy: 'give the model.onnx of a run folder',
    });
  }
  const parsed = description.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new MilscopeError('BadModel', {
    file,
    problem: `the metadata property "${METADATA_KEY}" cannot be understood`,
    found: z.prettifyError(parsed.error).replaceAll('\n', ' '),
    remedy: 'use the version of milscope that wrote the model, or train it again',
  });
}

/** The threshold of each class, for a model with several labels per field; undefined for one class per field. */
export function thresholdsOf({
  head,
  classes,
  thresholds = classes.map(() => 0.5),
}: ModelDescription): readonly number[] | undefined {
  return head === 'sigmoid' ? thresholds : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
