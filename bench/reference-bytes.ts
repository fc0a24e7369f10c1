/**
 * Reference bytes: runs the commands on a small simulated screen with fixed seeds and prints the SHA-256 of what they wrote
 * (models, tables of predictions, masks, plates). Two versions that print the same compute the same.
 *
 *     npx tsx bench/reference-bytes.ts --out before.json
 *     npx tsx bench/reference-bytes.ts --against before.json
 *
 * Sums are rounded otherwise on other processors, so compare on one machine.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { out: { type: 'string' }, against: { type: 'string' } } });
const script = fileURLToPath(new URL('../src/cli/milscope.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'milscope-reference-'));

const screen = 'screen/fields.csv';
const training = '--label Phenotype --holdout Plate=Plate2 --batch 4 --epochs 3 --threads 2 --plan reference';
const commands = [
  'simulate screen --classes 3 --plates 2 --wells 6 --sites 2 --size 128 --seed 3',
  'simulate mixed --classes 3 --plates 2 --wells 6 --sites 1 --size 128 --mixture 1-2 --seed 4',
  `train ${screen} ${training} --seed 1 --out run`,
  `train ${screen} ${training} --seed 2 --normalization plate --pooling mean --schedule constant --balance weights --out plate-run`,
  `train ${screen} ${training} --seed 1 --from run/model.onnx --out tuned-run`,
  `train mixed/fields.csv ${training} --head sigmoid --out mixed-run`,
  `detect ${screen} --channel DNA --out cells.csv --masks nuclei`,
  `train ${screen} ${training} --cells cells.csv --cell-size 64 --out cell-run`,
  `predict run/model.onnx ${screen} --out predictions.csv --by well,treatment --treatment Phenotype --profile profiles.csv`,
  `predict run/model.onnx ${screen} --out tiled.csv --tile 64`,
  `predict run/model.onnx ${screen} --out symmetric.csv --symmetries`,
  `predict plate-run/model.onnx ${screen} --out plate-predictions.parquet`,
  `predict run/model.onnx ${screen} --out cell-predictions.csv --cells cells.csv --cell-size 64 --cpa`,
  `segment run/model.onnx ${screen} --out segmented --classes all,each --reference objects=Cells --channel-maps`,
  `segment run/model.onnx ${screen} --out plain --recipe plain --split --gallery 0`,
  `profile ${screen} --nuclei-channel DNA --out features.csv --cells cell-features.csv`,
  `convert ${screen} --out plates --threads 2`,
  `predict run/model.onnx plates --out zarr-predictions.csv`,
  `compare ${screen} --label Phenotype --protocols holdout --holdout Plate=Plate2 --poolings noisy-and,mean --baselines mean-intensity,field-features --nuclei-channel DNA --batch 4 --epochs 2 --plan reference --out compared`,
  `inspect ${screen} --label Phenotype --out inspection.html`,
  'export run --out package.zip --name Reference',
];
/** What says when or by which version it was written, or where. */
const passedOver =
  /(^|\/)(run|comparison|result|metrics)\.json$|metrics\.jsonl$|\.html$|\.zip$|\.properties$|per_image\.csv$|^compared\/comparison\.csv$|checkpoint\//;

try {
  for (const command of commands) {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), script, ...command.split(' ')],
      { cwd: folder, encoding: 'utf8', env: { ...process.env, SOURCE_DATE_EPOCH: '0' } },
    );
    if (status !== 0) throw new Error(`milscope ${command} ended with exit code ${status}: ${stderr}`);
    process.stderr.write(`${command}\n`);
  }
  const digests = Object.fromEntries(filesOf('.').map((file) => [file, digest(readFileSync(join(folder, file)))]));
  if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(digests, undefined, 1)}\n`);
  const all = digest(JSON.stringify(digests));
  process.stdout.write(
    ['run/model.onnx', 'predictions.csv', 'segmented/regions.csv']
      .map((file) => `${digests[file]}  ${file}\n`)
      .concat(`${all}  all ${Object.keys(digests).length} files\n`)
      .join(''),
  );
  if (values.against !== undefined) compareWith(values.against, digests);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The files below a folder that count, sorted. */
function filesOf(path: string): string[] {
  const names = readdirSync(join(folder, path)).sort();
  return names.flatMap((name) => {
    const own = path === '.' ? name : `${path}/${name}`;
    if (statSync(join(folder, own)).isDirectory()) return filesOf(own);
    return passedOver.test(own) ? [] : [own];
  });
}

function digest(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

function compareWith(path: string, digests: Readonly<Record<string, string>>): void {
  const before = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
  const names = [...new Set([...Object.keys(before), ...Object.keys(digests)])];
  const changed = names.filter((name) => before[name] !== digests[name]);
  for (const name of changed) {
    process.stdout.write(`${name}: ${!(name in before) ? 'new' : name in digests ? 'other bytes' : 'gone'}\n`);
  }
  process.stdout.write(
    changed.length === 0 ? 'the same bytes\n' : `${changed.length} of ${names.length} files differ\n`,
  );
  process.exitCode = changed.length === 0 ? 0 : 1;
}
