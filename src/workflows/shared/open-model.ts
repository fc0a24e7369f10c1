import { MilscopeError } from '../../errors.ts';
import { describeModel } from '../../network/model-file.ts';
import type { Host } from '../host.ts';
import type { OpenModel } from '../opened.ts';
import { notAModel } from './not-a-model.ts';
import { fileOfRun } from './of-run.ts';

/** Reads a model file, or that of a run folder. @throws MissingFile, BadModel */
export async function openModel(given: string, host: Pick<Host, 'files' | 'hash' | 'opened'>): Promise<OpenModel> {
  const opened = host.opened?.models.get(given);
  if (opened) return opened;
  const path = await fileOfRun(given, 'model', host);
  const bytes = await readBytes(path, host);
  try {
    return { bytes, about: describeModel(bytes, path), hash: await host.hash(bytes) };
  } catch (error) {
    throw (await notAModel(path, host.files)) ?? error;
  }
}

async function readBytes(path: string, { files }: Pick<Host, 'files'>): Promise<Uint8Array> {
  try {
    return await files.read(path);
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? String(cause);
    const found = new Map([['ENOENT', 'no such file']]);
    throw new MilscopeError('MissingFile', {
      file: path,
      problem: 'the model cannot be opened',
      found: found.get(code) ?? code,
      remedy: 'give the model.onnx of a run folder',
      cause,
    });
  }
}
