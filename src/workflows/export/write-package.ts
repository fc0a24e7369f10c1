import { encodeNpy } from '../../image/npy/encode-npy.ts';
import { readModel } from '../../network/read-model.ts';
import { decodeModel } from '../../onnx/decode.ts';
import {
  DESCRIPTION_FILE,
  formatDescription,
  type ModelCard,
  type NamedFile,
  OUTPUT_NAMES,
} from '../../report/bioimage/description.ts';
import { formatDocumentation } from '../../report/bioimage/documentation.ts';
import type { Screen } from '../../screen/screen.ts';
import type { Host, RunningHost } from '../host.ts';
import { coloursOfScreen } from '../shared/colours-of-screen.ts';
import type { Adjustment } from '../shared/measure-plates.ts';
import { drawCovers } from './node/covers.ts';
import { type PackageFile, zipFiles } from './node/zip.ts';
import type { TrainedModel } from './trained-model.ts';
import { syntheticTrialField, type TrialField, trialFieldOf } from './trial-field.ts';

/** A package, and what is in it. */
export interface Package {
  readonly zip: Uint8Array;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

/**
 * Makes a bioimage.io package of a model: description, weights, test tensors, covers and documentation.
 *
 * @param options.screen where test input and cover come from; else they are synthetic
 * @param options.adjustment what is done to the intensities of its fields before the model sees them
 */
export async function makePackage(
  model: TrainedModel,
  { card, screen, adjustment }: { card: ModelCard; screen: Screen | undefined; adjustment?: Adjustment | undefined },
  host: RunningHost,
): Promise<Package> {
  const { about, bytes, path, validation } = model;
  const test = await tryModel(model, { screen, adjustment }, host);
  const { input, outputs, words, whole } = test;
  const colours = screen && (await coloursOfScreen(screen, host));
  const pictures = { field: screen && whole, colours, synthetic: input, validation };
  const network = readModel(bytes, path);
  const covers = await drawCovers(network, pictures, host);
  const weights = { name: 'weights.onnx', data: bytes };
  const readme = textFile('README.md', formatDocumentation({ model: network, card, testInput: words, validation }));
  const testInput = tensorFile('input', { data: input.data, shape: [1, input.channels, input.height, input.width] });
  const testOutputs = OUTPUT_NAMES.map((name) => tensorFile(`output_${name}`, outputs[name]));
  const rest = await Promise.all(
    [readme, weights, testInput, ...testOutputs, ...covers].map((file) => hashed(file, host)),
  );
  const [documentation, weightsFile, inputFile, probability, bag, map, ...coverFiles] = rest as Hashed;
  const description = formatDescription({
    ...{ about, card, opset: decodeModel(bytes, path).opsets['']! },
    files: {
      ...{ weights: weightsFile, documentation, covers: coverFiles, input: inputFile },
      outputs: { probability, bag, map },
    },
  });
  const rdf = textFile(DESCRIPTION_FILE, description);
  const files = [rdf, readme, weights, testInput, ...testOutputs, ...covers];
  const named = [await hashed(rdf, host), ...rest];
  return { zip: await zipFiles(files), files: named.map((file, i) => ({ ...file, bytes: files[i]!.data.length })) };
}

/** README, weights, input, the three outputs, covers. */
type Hashed = [NamedFile, NamedFile, NamedFile, NamedFile, NamedFile, NamedFile, ...NamedFile[]];

/** Finds a field to test the model with, and what the model gives for it. */
async function tryModel(
  { about, bytes }: TrainedModel,
  { screen, adjustment }: { screen: Screen | undefined; adjustment: Adjustment | undefined },
  host: RunningHost,
): Promise<TrialField> {
  // One thread: sums in another order would give other numbers.
  const pool = host.pool({ workers: 1, threads: 1 });
  try {
    await pool.load('model', bytes);
    const options = { about, adjustment, run: pool.run.bind(pool, 'model') };
    return await (screen ? trialFieldOf(screen, options, host) : syntheticTrialField(options));
  } finally {
    await pool.release();
  }
}

function tensorFile(name: string, tensor: { data: Float32Array; shape: readonly number[] }): PackageFile {
  return { name: `test_${name}.npy`, data: encodeNpy(tensor) };
}

function textFile(name: string, text: string): PackageFile {
  return { name, data: new TextEncoder().encode(text) };
}

async function hashed({ name, data }: PackageFile, { hash }: Host): Promise<NamedFile> {
  return { name, sha256: await hash(data) };
}
