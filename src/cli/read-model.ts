import { readFile } from 'node:fs/promises';
import { MilscopeError } from '../errors.ts';

/** The bytes of a model file. Throws `MissingFile` when it cannot be opened. */
export async function readModel(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new MilscopeError('MissingFile', {
      file: path,
      problem: 'the model cannot be opened',
      found: (cause as { code?: string }).code ?? String(cause),
      remedy: 'give the model.onnx of a run folder',
      cause,
    });
  }
}
