import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { runtimeVersion } from '../onnx/node/session.ts';

/** Version of the package, from its package.json. */
export async function readVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  return version;
}

/** Versions of everything that computes. */
export async function readVersions(): Promise<{ milscope: string; node: string; onnxruntime: string; sharp: string }> {
  return {
    milscope: await readVersion(),
    node: process.versions.node,
    onnxruntime: runtimeVersion(),
    sharp: sharp.versions.sharp ?? 'unknown',
  };
}
