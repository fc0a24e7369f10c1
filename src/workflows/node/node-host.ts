import { availableParallelism } from 'node:os';
import sharp from 'sharp';
import type { NameOption } from '../../errors.ts';
import { usableMemory } from '../../files/usable-memory.ts';
import { version } from '../../files/version.ts';
import { nodePictures } from '../../image/node/pictures.ts';
import { findLanes } from '../../onnx/blocked/find-lanes.ts';
import { createNodeSession, runtimeVersion } from '../../onnx/node/session.ts';
import { createNodeSessionPool } from '../../onnx/node/session-pool.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import type { Host } from '../host.ts';
import { createNucleiFinder } from '../profile/node/nuclei-finder.ts';
import { createBeliefSolver } from '../segment/node/belief-solver.ts';
import { createFieldSimulator } from '../simulate/node/field-simulator.ts';
import { takeFileLock } from './file-lock.ts';

/** This computer as the host of a workflow. */
export function createNodeHost({
  signal = new AbortController().signal,
  threads = availableParallelism(),
  command = [],
  nameOption = (option) => option,
}: {
  signal?: AbortSignal | undefined;
  threads?: number | undefined;
  command?: readonly string[];
  /** As they are, unless given. */
  nameOption?: NameOption;
} = {}): Host {
  let lanes: ReturnType<Host['lanes']> | undefined;
  return {
    ...nodeAccess,
    signal,
    threads,
    memory: usableMemory(),
    lanes: () => {
      lanes ??= findLanes(createNodeSession);
      return lanes;
    },
    pictures: nodePictures,
    pool: createNodeSessionPool,
    nucleiFinder: createNucleiFinder,
    beliefSolver: createBeliefSolver,
    fieldSimulator: createFieldSimulator,
    lock: takeFileLock,
    clock: { now: () => new Date(), milliseconds: () => performance.now() },
    nameOption,
    about: {
      versions: {
        milscope: version,
        node: process.versions.node,
        onnxruntime: runtimeVersion(),
        sharp: sharp.versions.sharp ?? 'unknown',
      },
      command,
      folder: process.cwd(),
    },
  };
}
