/**
 * This project and its peers on the same work, in turn, each in a process of its own: medians and ratios. A peer that is
 * not installed is named as missing.
 *
 * Run: npm run bench [-- --size 900 --batch 4 --threads 2 --repeats 5 --cells 10000]. PyTorch is looked for in `$PYTHON`, else `python3`.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Figures {
  readonly peer: string;
  readonly step: { readonly median: number };
  readonly forward: { readonly median: number };
  readonly forwardOne: { readonly median: number };
}

interface JacobianFigures {
  readonly forward: number;
  readonly jacobian: number;
  readonly ratio: number;
  readonly ofProcessor: number;
}

interface CellFigures {
  readonly cells: number;
  readonly side: number;
  readonly cellsPerSecond: number;
}

const passed = process.argv.slice(2);
/** An option that was given, with its value. */
const option = (name: string) => (passed.includes(name) ? passed.slice(passed.indexOf(name)).slice(0, 2) : []);
const cellsAt = passed.indexOf('--cells');
const fieldOptions = passed.filter((_, i) => cellsAt < 0 || (i !== cellsAt && i !== cellsAt + 1));
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function measure<F>(command: string, args: readonly string[]): F | string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) return error.message;
  if (status !== 0) return stderr.trim().split('\n').at(-1) ?? `exit code ${status}`;
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

/** This project's figures, which must be there. */
function measureOurs<F>(script: string, args: readonly string[]): F {
  const mine = measure<F>('npx', ['tsx', here(script), ...args]);
  if (typeof mine === 'string') throw new Error(mine);
  return mine;
}

/** This project's figures and the peer's. */
function measureBoth<F>(script: string, peerScript: string, args: readonly string[]): readonly [F, F | string] {
  const mine = measureOurs<F>(script, args);
  return [mine, measure<F>(process.env.PYTHON ?? 'python3', [here(peerScript), ...args])];
}

const [ours, peer] = measureBoth<Figures>('./network.ts', './pytorch_peer.py', fieldOptions);
const map = measureOurs<JacobianFigures>('./jacobian.ts', ['--size', '--threads', '--repeats'].flatMap(option));
const [ourCells, peerCells] = measureBoth<CellFigures>('./cells.ts', './pytorch_cells.py', [
  ...option('--threads'),
  ...option('--cells'),
]);

const rows: [string, keyof Omit<Figures, 'peer'>][] = [
  ['training step', 'step'],
  ['forward pass, many fields', 'forward'],
  ['forward pass, one field', 'forwardOne'],
];
const seconds = (value: number) => value.toFixed(3).padStart(10);
const missing = typeof peer === 'string';
process.stdout.write(`Seconds a field (median), ${fieldOptions.join(' ') || '900×900×3, batch 4, 2 threads'}\n\n`);
process.stdout.write(`${' '.repeat(28)}  milscope   PyTorch     ratio\n`);
for (const [label, key] of rows) {
  const mine = ours[key].median;
  const theirs = missing ? undefined : peer[key].median;
  const rest =
    theirs === undefined ? '         –         –' : seconds(theirs) + (mine / theirs).toFixed(2).padStart(10);
  process.stdout.write(`${label.padEnd(27)}${seconds(mine)}${rest}\n`);
}
const times = `${map.ratio.toFixed(2)} forward passes (${map.ofProcessor.toFixed(2)} in processor time)`;
process.stdout.write(`${'Jacobian map of one class'.padEnd(27)}${seconds(map.jacobian)}   ${times}\n`);
const { cells, side, cellsPerSecond: cellRate } = ourCells;
process.stdout.write(
  `\nCells a second, ${cells} cells of ${side}×${side}×3, ${option('--threads')[1] ?? 2} threads\n\n`,
);
const rate = (value: number) => value.toFixed(0).padStart(10);
const cellPeer =
  typeof peerCells === 'string'
    ? '         –         –'
    : rate(peerCells.cellsPerSecond) + (cellRate / peerCells.cellsPerSecond).toFixed(2).padStart(10);
process.stdout.write(`${'single cells'.padEnd(27)}${rate(cellRate)}${cellPeer}\n`);
process.stdout.write(`\n${ours.peer}; ${missing ? `PyTorch is not installed (${peer})` : peer.peer}\n`);
