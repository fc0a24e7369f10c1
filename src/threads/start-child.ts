import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Starts `<name>` (without its ending) beside `from`, an `import.meta.url`, as a process of its own that answers by
 * messages and whose output is kept apart. From a checkout the sources run as they are, through tsx.
 */
export function startChild(name: string, { from, args }: { from: string; args: readonly string[] }): ChildProcess {
  const source = from.endsWith('.ts');
  const loader = source ? ['--import', import.meta.resolve('tsx')] : [];
  const file = fileURLToPath(new URL(`${name}.${source ? 'ts' : 'js'}`, from));
  return fork(file, [...args], {
    execArgv: loader,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // As JSON a NaN would become nothing.
    serialization: 'advanced',
  });
}
