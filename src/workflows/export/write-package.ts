import { sha256 } from '../../files/hash.ts';
import { readModel } from '../../network/read-model.ts';
import { decodeModel } from '../../onnx/decode.ts';
import { createNodeSession } from '../../onnx/node/session.ts';
import {
  DESCRIPTION_FILE,
  formatDescription,
  type ModelCard,
  type NamedFile,
  OUTPUT_NAMES,
} from '../../report/bioimage/description.ts';
import { formatDocumentation } from '../../report/bioimage/documentation.ts';
import { type PackageFile, zipFiles } from '../../report/bioimage/node/zip.ts';
import { encodeNpy } from '../../report/bioimage/npy.ts';
import type { Screen } from '../../screen/screen.ts';
import { drawCovers } from './covers.ts';
import type { TrainedModel } from './trained-model.ts';
import { syntheticTrialField, trialFieldOf } from './trial-field.ts';

/** A package, and what is in it. */
export interface Package {
  readonly zip: Uint8Array;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

/** Makes a bioimage.io package of a model: description, weights, test tensors, covers and documentation. */
export async function makePackage(
  model: TrainedModel,
  {
    card,
    screen,
    threads,
    note,
  }: {
    card: ModelCard;
    /** Where test input and cover come from. */
    screen: Screen | undefined;
    threads: number;
    /** Says what could not be read. */
    note: (message: string) => void;
  },
): Promise<Package> {
  const { about, bytes, path, validation } = model;
  // One thread: sums in another order would be other numbers.
  const session = await createNodeSession(bytes, { threads: 1 });
  const test = await (screen ? trialFieldOf(screen, { about, session, note }) : syntheticTrialField({ about, session }))
    // Whether a field was found or not, the session has done its work.
    .finally(() => session.release());
  const { input, outputs, words } = test;
  const covers = await drawCovers(readModel(bytes, path), {
    field: screen && test.whole,
    synthetic: input,
    ...{ validation, threads },
  });
  const tensor = (name: string, of: { data: Float32Array; shape: readonly number[] }): PackageFile => {
    return { name: `test_${name}.npy`, data: encodeNpy(of) };
  };
  const documentation = formatDocumentation({ about, card, testInput: words, validation });
  const weights = { name: 'weights.onnx', data: bytes };
  const readme = { name: 'README.md', data: Buffer.from(documentation) };
  const shape = [1, input.channels, input.height, input.width];
  const testInput = tensor('input', { data: input.data, shape });
  const testOutputs = OUTPUT_NAMES.map((name) => tensor(`output_${name}`, outputs[name]));
  const [probability, bag, map] = testOutputs.map(named) as [NamedFile, NamedFile, NamedFile];
  const description = formatDescription({
    about,
    card,
    opset: decodeModel(bytes, path).opsets['']!,
    files: {
      weights: named(weights),
      documentation: named(readme),
      covers: covers.map(named),
      input: named(testInput),
      outputs: { probability, bag, map },
    },
  });
  const rdf = { name: DESCRIPTION_FILE, data: Buffer.from(description) };
  const files = [rdf, readme, weights, testInput, ...testOutputs, ...covers];
  return {
    zip: await zipFiles(files),
    files: files.map((file) => ({ ...named(file), bytes: file.data.length })),
  };
}

function named({ name, data }: PackageFile): NamedFile {
  return { name, sha256: sha256(data) };
}
