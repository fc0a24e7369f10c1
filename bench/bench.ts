/**
 * This project and its peers on the same work, in turn, each in a process of its own: medians and ratios. A peer that is
 * not installed is named as missing.
 *
 * Run: npm run bench [-- --size 900 --batch 4 --threads 2 --repeats 5]. PyTorch is looked for in `$PYTHON`, else `python3`.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Figures {
  readonly peer: string;
  readonly step: { readonly median: number };
  readonly forward: { readonly median: number };
  readonly forwardOne: { readonly median: number };
}

const passed = process.argv.slice(2);
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function measure(command: string, args: readonly string[]): Figures | string {
  const { status, stdout, stderr, error } = spawnSync(command, [...args, ...passed], { encoding: 'utf8' });
  if (error) return error.message;
  if (status !== 0) return stderr.trim().split('\n').at(-1) ?? `exit code ${status}`;
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

const ours = measure('npx', ['tsx', here('./network.ts')]);
if (typeof ours === 'string') throw new Error(ours);
const peer = measure(process.env.PYTHON ?? 'python3', [here('./pytorch_peer.py')]);

const rows: [string, keyof Omit<Figures, 'peer'>][] = [
  ['training step', 'step'],
  ['forward pass, many fields', 'forward'],
  ['forward pass, one field', 'forwardOne'],
];
const seconds = (value: number) => value.toFixed(3).padStart(10);
const missing = typeof peer === 'string';
process.stdout.write(`Seconds a field (median), ${passed.join(' ') || '900×900×3, batch 4, 2 threads'}\n\n`);
process.stdout.write(`${' '.repeat(28)}  milscope   PyTorch     ratio\n`);
for (const [label, key] of rows) {
  const mine = ours[key].median;
  const theirs = missing ? undefined : peer[key].median;
  const rest =
    theirs === undefined ? '         –         –' : seconds(theirs) + (mine / theirs).toFixed(2).padStart(10);
  process.stdout.write(`${label.padEnd(27)}${seconds(mine)}${rest}\n`);
}
process.stdout.write(`\n${ours.peer}; ${missing ? `PyTorch is not installed (${peer})` : peer.peer}\n`);
