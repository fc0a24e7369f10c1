/**
 * The whole of milscope on a small screen that it simulates itself: `npm run demo`. Every command is shown as it is run,
 * so that it can be repeated with another screen. Everything goes into ./demo-run, which is replaced at every run.
 */
import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metrics } from '../src/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = 'demo-run';
const screen = `${folder}/screen/fields.csv`;
const newPlate = `${folder}/screen/plate3.csv`;
const run = `${folder}/run`;
const cells = `${folder}/cells.csv`;
const predictions = `${folder}/cells.by-field.csv`;

const began = performance.now();
await rm(join(root, folder), { recursive: true, force: true });
say(
  'A demonstration: a simulated screen, a classifier trained on two of its plates, how good it is on the third, and which pixels it used there.',
);
say('(In a checkout "milscope" is run as "npm run -s milscope --".)');

say(
  '1. A screen of three plates. Six phenotypes, each the response to a compound; of some a third of the cells respond, of others nearly all.',
);
await milscope(`simulate ${folder}/screen --plates 3 --wells 24 --sites 2 --size 256 --responders 0.3-0.9`);

say(
  '2. Train on the labels of fields alone. Nuclei are found, and the cells of a field are pooled: which of them respond, nobody says. One plate is held out: the network never learns from it.',
);
await milscope(
  `train ${screen} --label Phenotype --holdout Plate=Plate3 --cells auto --validation 0 --epochs 30 --out ${run}`,
);

say('3. Predict the cells and fields of a plate with the model, as one would for a new plate: here the one held out.');
await selectPlate('Plate3');
await milscope(`predict ${run}/model.onnx ${newPlate} --cells auto --by field --no-report --out ${cells}`);

say('4. The plate has labels too, so the predictions can be evaluated.');
await milscope(`evaluate ${predictions} --label Phenotype --run ${run} --no-report --out ${folder}/metrics.json`);

say(
  '5. Which pixels support which class? Masks of cells that nobody outlined, compared with the cells that were simulated.',
);
await milscope(`segment ${run}/model.onnx ${newPlate} --out ${folder}/segmented --reference objects=Cells --no-report`);

await conclude();

function say(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

/** Shows a command and runs it as a process of its own, from the sources. Ends the demonstration when it fails. */
async function milscope(command: string): Promise<void> {
  process.stdout.write(`\n$ milscope ${command}\n`);
  const script = fileURLToPath(new URL('../src/cli/milscope.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...command.split(' ')], {
    cwd: root,
    stdio: 'inherit',
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode) => resolve(exitCode ?? 1));
  });
  if (code === 0) return;
  process.stderr.write(`\nThe demonstration stopped: "milscope ${command}" ended with exit code ${code}.\n`);
  process.exit(code);
}

/** Writes the rows of one plate as a table of its own, beside the first so that the paths in it stay right. */
async function selectPlate(plate: string): Promise<void> {
  const [header, ...rows] = (await readFile(join(root, screen), 'utf8')).trim().split('\n');
  const chosen = rows.filter((row) => row.split(',').includes(plate));
  await writeFile(join(root, newPlate), `${[header, ...chosen].join('\n')}\n`);
}

/** Says in a few lines what was seen, and what to do next. */
async function conclude(): Promise<void> {
  const { images, wells, baselines } = JSON.parse(
    await readFile(join(root, folder, 'metrics.json'), 'utf8'),
  ) as Metrics;
  const percent = (share: number | null) => (share === null ? 'not known' : `${(100 * share).toFixed(1)} %`);
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  const line = (path: string, what: string) => `  ${path.padEnd(30)}${what}`;
  const lines = [
    `Done in ${minutes} minutes. On the plate that the network never saw:`,
    '',
    `  this model                       ${percent(images.accuracy).padStart(8)} of the fields right (${images.correct} of ${images.n})`,
    `  brightness of the channels only  ${percent(baselines.meanIntensity.accuracy).padStart(8)}`,
    `  always the most frequent class   ${percent(baselines.majorityClass.accuracy).padStart(8)}`,
    ...(wells ? ['', `  Fields of a well taken together: ${wells.correct} of ${wells.total} wells right.`] : []),
    '',
    line(`${run}/model.onnx`, 'the model, for milscope or any other ONNX runtime'),
    line(`${run}/`, 'how it was trained: options, inputs, epochs, held-out predictions'),
    line(predictions, 'a row of probabilities for every field'),
    line(cells, 'the same for every cell'),
    line(`${folder}/metrics.json`, 'the figures above'),
    line(`${run}/report.html`, 'all of it to look at, in a browser'),
    line(`${folder}/segmented/`, 'maps, masks, regions; look at gallery/all.png'),
    line(`${folder}/screen/`, 'the images, their labels, and the class of every single cell'),
    '',
    'Next: your own screen, from the folder of a microscope and a plate map: docs/tutorial.md.',
  ];
  process.stdout.write(`\n${lines.join('\n')}\n`);
}
