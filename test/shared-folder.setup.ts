import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder that all files of tests share, removed after the last of them. */
    readonly sharedFolder: string;
  }
}

export default function provideSharedFolder(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'milscope-shared-'));
  project.provide('sharedFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
