import sharp from 'sharp';
import { readVersion } from '../../files/version.ts';
import { runtimeVersion } from '../../onnx/node/session.ts';

/** Versions of everything that computes. */
export async function readVersions(): Promise<{ milscope: string; node: string; onnxruntime: string; sharp: string }> {
  return {
    milscope: await readVersion(),
    node: process.versions.node,
    onnxruntime: runtimeVersion(),
    sharp: sharp.versions.sharp ?? 'unknown',
  };
}
