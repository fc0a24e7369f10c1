import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { commands } from '../src/cli/commands.ts';
import { main } from '../src/cli/main.ts';

/** What a command said, and how it ended. */
export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, as a user would. */
export async function milscope(...argv: readonly string[]): Promise<Finished> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(inOneThread(argv), {
    console: { out: (text) => out.push(text), err: (text) => err.push(text), terminal: undefined },
    commands,
    version: '0.0.0',
  });
  return { code, out: out.join(''), err: err.join('') };
}

/** Files of tests run side by side, so a command computes in one thread, unless the test is of how many there are. */
function inOneThread(argv: readonly string[]): readonly string[] {
  const free = argv.length < 2 || argv[0] === 'doctor' || argv.some((text) => /^(--threads|--help|-h)\b/.test(text));
  return free ? argv : [...argv, '--threads', '1'];
}

/** A command that runs in a process of its own. */
export interface RunningCommand {
  readonly child: ChildProcess;
  /** Resolves once standard error matches; rejects when the process ends before. */
  readonly says: (pattern: RegExp) => Promise<void>;
  readonly ended: Promise<Finished & { readonly signal: NodeJS.Signals | null }>;
}

/** Starts a command from the sources in a process of its own, which can be interrupted and killed. */
export function startMilscope(...argv: readonly string[]): RunningCommand {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/milscope.ts', ...inOneThread(argv)], {
    cwd: root,
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
    child.emit('said');
  });
  const ended = new Promise<Finished & { signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, out, err }));
  });
  const says = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!pattern.test(err)) return;
        child.off('said', look);
        resolve();
      };
      child.on('said', look);
      look();
      ended.then(() => reject(new Error(`the process ended before it said ${pattern}: ${err}`)), reject);
    });
  return { child, says, ended };
}
