import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { allCommands } from '../src/cli/commands.ts';
import { main } from '../src/cli/main.ts';

const commands = await allCommands();

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
  const code = await main(asInTests(argv), {
    console: { out: (text) => out.push(text), err: (text) => err.push(text), terminal: undefined },
    commands,
    version: '0.0.0',
  });
  return { code, out: out.join(''), err: err.join('') };
}

/**
 * Files of tests run side by side, so a command computes in one thread; and numbers should not depend on the processor, so
 * what trains uses the plan that every processor has. Reports take time: src/workflows/report/report.test.ts and
 * src/cli/report.test.ts are of these. Unless the test is of these options.
 */
function asInTests(argv: readonly string[]): readonly string[] {
  const has = (...options: readonly string[]) =>
    argv.some((text) => options.some((option) => text === option || text.startsWith(`${option}=`)));
  if (argv.length < 2 || argv[0] === 'doctor' || has('--help', '-h')) return argv;
  const trains = argv[0] === 'train' || argv[0] === 'compare';
  const reports = trains || ['predict', 'evaluate', 'segment'].includes(argv[0]!);
  return [
    ...argv,
    ...(has('--threads') ? [] : ['--threads', '1']),
    ...(trains && !has('--plan', '--config') ? ['--plan', 'reference'] : []),
    ...(reports && !has('--no-report') ? ['--no-report'] : []),
  ];
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
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/milscope.ts', ...asInTests(argv)], {
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
