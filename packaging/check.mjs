/**
 * All checks that are not tests, in two lines side by side: `npm run check`. What a check says is shown when it fails; the others of
 * its line are not run then.
 */
import { spawn } from 'node:child_process';

const lines = [
  ['types', 'style'],
  ['package', 'imports', 'unused'],
];

/** Runs a check. @returns whether nothing is wrong */
function run(check) {
  return new Promise((resolve) => {
    const said = [];
    const child = spawn(`npm run -s check:${check}`, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(text));
    child.on('close', (code) => {
      if (code === 0) process.stdout.write(`✓ ${check}\n`);
      else process.stderr.write(`✗ ${check}\n${Buffer.concat(said)}\n`);
      resolve(code === 0);
    });
  });
}

async function runAll(checks) {
  for (const check of checks) if (!(await run(check))) return false;
  return true;
}

const done = await Promise.all(lines.map(runAll));
process.exit(done.every(Boolean) ? 0 : 1);
