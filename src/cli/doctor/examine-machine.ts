import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import type { TriedProvider } from '../../onnx/node/providers.ts';

/** What milscope finds on the machine it runs on. */
export interface Examination {
  /** Whether milscope can do its work here. */
  readonly ok: boolean;
  readonly versions: {
    readonly milscope: string;
    readonly node: string;
    /** Null for a library that cannot be loaded. */
    readonly onnxruntime: string | null;
    readonly sharp: string | null;
  };
  readonly processor: {
    readonly model: string;
    readonly platform: string;
    /** Null where the system does not say. */
    readonly cores: number | null;
    readonly threads: number;
    /** Threads that this process may use: the default of `--threads`. */
    readonly usableThreads: number;
  };
  /** Bytes; of the container or group that the process runs in, where that has less than the machine. */
  readonly memory: { readonly total: number; readonly free: number };
  /** Execution providers that ONNX Runtime lists, each tried; milscope uses `cpu`. */
  readonly providers: readonly (TriedProvider & { readonly used: boolean })[];
  /** Whether a PNG of 16 bits is decoded exactly. */
  readonly image16Bit: { readonly exact: boolean; readonly reason?: string };
  readonly temporaryFolder: { readonly path: string; readonly writable: boolean; readonly reason?: string };
  readonly problems: readonly Problem[];
}

/** Something wrong, and what to do about it. */
export interface Problem {
  /** Whether nothing works until it is solved. */
  readonly serious: boolean;
  readonly problem: string;
  readonly remedy: string;
}

/** Oldest Node.js that milscope runs on. */
const OLDEST_NODE = [20, 19] as const;
/** Bytes of free memory below which training on large crops may run out of memory. */
const LITTLE_MEMORY = 2e9;

/**
 * Checks everything that milscope needs: versions, processor, memory, and whether ONNX Runtime computes and sharp decodes
 * correctly. The libraries are loaded only here, so that one that cannot be loaded is a finding like any other.
 */
export async function examineMachine({
  milscope,
  temporaryFolder: folder = tmpdir(),
}: {
  /** Version of milscope. */
  milscope: string;
  temporaryFolder?: string;
}): Promise<Examination> {
  const runtime = await examineRuntime();
  const sharp = await attempt(async () => (await import('sharp')).default.versions.sharp ?? 'unknown');
  const temporaryFolder = await examineFolder(folder);
  const image16Bit = await examineImages(temporaryFolder.writable ? folder : '.');
  const memory = {
    total: Math.min(totalmem(), process.constrainedMemory() || totalmem()),
    free: process.availableMemory(),
  };
  const found = {
    versions: {
      milscope,
      node: process.versions.node,
      onnxruntime: runtime.version.value ?? null,
      sharp: sharp.value ?? null,
    },
    processor: {
      model: cpus()[0]?.model.trim() ?? 'unknown',
      platform: `${process.platform} ${process.arch}`,
      cores: await countCores(),
      threads: cpus().length,
      usableThreads: availableParallelism(),
    },
    memory,
    providers: runtime.providers,
    image16Bit,
    temporaryFolder,
  };
  const problems = findProblems(found, runtime.version.reason);
  return { ok: !problems.some(({ serious }) => serious), ...found, problems };
}

/** A value, or why there is none. */
type Attempt<T> = { readonly value: T; readonly reason?: never } | { readonly value?: never; readonly reason: string };

async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { reason: error instanceof Error ? error.message.split('\n')[0]! : String(error) };
  }
}

async function examineRuntime() {
  const version = await attempt(async () => (await import('../../onnx/node/session.ts')).runtimeVersion());
  if (version.value === undefined) return { version, providers: [] };
  const { listProviders, tryProvider } = await import('../../onnx/node/providers.ts');
  const providers: (TriedProvider & { used: boolean })[] = [];
  // One after the other: two providers may want the same device.
  for (const name of listProviders()) providers.push({ ...(await tryProvider(name)), used: name === 'cpu' });
  return { version, providers };
}

/** A grey PNG of 4 × 2 pixels of 16 bits, and the numbers in it. */
const PNG_16_BIT =
  'iVBORw0KGgoAAAANSUhEUgAAAAQAAAACEAAAAAAKU/78AAAAGklEQVR4nGNgYGBgZPjPyMBQ/7+B4f+///8BJAMG+6uCmdYAAAAASUVORK5CYII=';
const PIXELS = [0, 1, 255, 256, 32767, 32768, 65534, 65535];

async function examineImages(folder: string): Promise<Examination['image16Bit']> {
  const decoded = await attempt(async () => {
    const { readImage } = await import('../../image/read.ts');
    const { nodeImageAccess } = await import('../../image/node/access.ts');
    const place = await mkdtemp(join(folder, 'milscope-'));
    try {
      const file = join(place, '16-bit.png');
      await writeFile(file, Buffer.from(PNG_16_BIT, 'base64'));
      return (await readImage(file, {}, nodeImageAccess)).data;
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  });
  if (decoded.value === undefined) return { exact: false, reason: decoded.reason };
  const found = [...decoded.value];
  if (found.join() === PIXELS.join()) return { exact: true };
  return { exact: false, reason: `found ${found.join(' ')}, expected ${PIXELS.join(' ')}` };
}

async function examineFolder(path: string): Promise<Examination['temporaryFolder']> {
  const { value, reason } = await attempt(async () => {
    const place = await mkdtemp(join(path, 'milscope-'));
    await writeFile(join(place, 'a file'), 'some text');
    await rm(place, { recursive: true });
    return true;
  });
  return value ? { path, writable: true } : { path, writable: false, reason: reason! };
}

/** Cores, from what Linux says about each thread; null on other systems. */
async function countCores(): Promise<number | null> {
  const { value: text = '' } = await attempt(() => readFile('/proc/cpuinfo', 'utf8'));
  const cores = text.split('\n\n').flatMap((thread) => {
    const number = (name: string) => new RegExp(`^${name}\\s*: (\\d+)$`, 'm').exec(thread)?.[1];
    const core = number('core id');
    return core === undefined ? [] : [`${number('physical id')} ${core}`];
  });
  return cores.length > 0 ? new Set(cores).size : null;
}

function findProblems(found: Omit<Examination, 'ok' | 'problems'>, whyNoRuntime: string | undefined): Problem[] {
  const problems: Problem[] = [];
  const { versions, providers, memory, image16Bit, temporaryFolder } = found;
  const [major, minor] = versions.node.split('.').map(Number) as [number, number];
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    problems.push({
      serious: true,
      problem: `Node.js ${versions.node} is too old.`,
      remedy: `Install Node.js ${OLDEST_NODE.join('.')} or later, then open a new terminal.`,
    });
  }
  const cpu = providers.find(({ name }) => name === 'cpu');
  if (!cpu?.works) {
    problems.push({
      serious: true,
      problem: `ONNX Runtime, which does the computing, does not work here: ${whyNoRuntime ?? cpu?.reason ?? 'it does not list the processor'}.`,
      remedy:
        'Install milscope again. On Linux the system must be one with glibc (Alpine has none); on Windows the ' +
        'Microsoft Visual C++ Redistributable must be installed.',
    });
  }
  if (!image16Bit.exact) {
    problems.push({
      serious: true,
      problem: `Images are not decoded correctly: ${image16Bit.reason}.`,
      remedy: 'Install milscope again, without leaving out optional dependencies (npm install --include=optional).',
    });
  }
  if (!temporaryFolder.writable) {
    problems.push({
      serious: false,
      problem: `The folder for temporary files, ${temporaryFolder.path}, cannot be written to: ${temporaryFolder.reason}.`,
      remedy: 'Make room on the disk, or set the environment variable TMPDIR (TEMP on Windows) to another folder.',
    });
  }
  if (memory.free < LITTLE_MEMORY) {
    problems.push({
      serious: false,
      problem: 'There is little free memory: large crops may not fit.',
      remedy: 'Close other programs, or train with a smaller --crop, with --micro-batch 1 and with --workers 1.',
    });
  }
  return problems;
}
