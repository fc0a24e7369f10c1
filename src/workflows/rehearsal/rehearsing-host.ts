import type { Files } from '../../files/files.ts';
import type { RunningHost } from '../host.ts';
import { imagineFiles } from './imagined-files.ts';

/** The host of a rehearsal: nothing that is written with it reaches the disk, and it gives every lock. */
export interface RehearsingHost extends RunningHost {
  /** The files as they are. */
  readonly before: Pick<Files, 'status' | 'list'>;
}

export function rehearsingHost(host: RunningHost): RehearsingHost {
  return {
    ...host,
    files: imagineFiles(host.files),
    before: host.files,
    lock: async () => ({ release: async () => {} }),
  };
}
