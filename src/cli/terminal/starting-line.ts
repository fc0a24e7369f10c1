import type { Console } from '../console.ts';

/**
 * Says on a terminal that a command starts, before what it needs is loaded. The line goes when anything else is written.
 * Elsewhere nothing is said.
 *
 * @param name the command; undefined where there is nothing to wait for
 */
export function announceStart(
  name: string | undefined,
  console: Pick<Console, 'out' | 'err' | 'terminal'>,
): Pick<Console, 'out' | 'err'> {
  if (name === undefined || console.terminal === undefined) return console;
  let shown = true;
  console.err(`milscope ${name}: starting …`.slice(0, console.terminal.width - 1));
  const after =
    (write: (text: string) => void): Console['out'] =>
    (text) => {
      if (shown) console.err('\r\x1b[K');
      shown = false;
      write(text);
    };
  return { out: after(console.out), err: after(console.err) };
}
