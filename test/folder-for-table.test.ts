/** Options that name a table, given a folder: what was expected, and what the folder holds that could be meant. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { writePng } from '../src/image/node/write.ts';
import { writeUntrainedModel } from '../src/workflows/testing/untrained-model.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const [screen, model, given] = [at('fields.csv'), at('model.onnx'), at('given')];

beforeAll(async () => {
  mkdirSync(join(given, 'run'), { recursive: true });
  await writePng(at('a.png'), { data: new Uint8Array(64 * 64), channels: 1, height: 64, width: 64 });
  writeFileSync(
    screen,
    'FileName_DNA,FileName_Actin,FileName_Tubulin,Metadata_Well,Metadata_MOA\na.png,a.png,a.png,A01,x\n',
  );
  await writeUntrainedModel(model);
  writeFileSync(at('p.csv'), 'ImageNumber,Metadata_MOA,MIL_Probability_x,MIL_Probability_y\n1,x,0.8,0.2\n');
  const tables = {
    'map.csv': 'Well,Dose\nA1,3\n',
    'grid.csv': 'Doses of June,,\n,1,2\nA,3,4\n',
    'nuclei.csv': 'ImageNumber,Location_Center_X,Location_Center_Y\n1,5,5\n',
    'functions.csv': 'Metadata_Plate,FileName_IllumDNA\nP,a.npy\n',
    'options.yaml': 'level: 0\n',
    'run/run.json': '{}',
  };
  for (const [name, text] of Object.entries(tables)) writeFileSync(join(given, name), text);
});

const table = ['table', screen, '--out', at('t.csv')];
it.each([
  [
    [...table, '--annotations', given, '--on', 'Well'],
    'a table of annotations is a file',
    '--annotations',
    ['map.csv'],
  ],
  [[...table, '--plate-map', given], 'a plate map is a file', '--plate-map', ['grid.csv', 'map.csv']],
  [[...table, '--illumination', given], 'functions is a file', '--illumination', ['functions.csv']],
  [['predict', model, screen, '--out', at('o.csv'), '--cells', given], 'cells is a file', '--cells', ['nuclei.csv']],
  [
    ['train', screen, '--label', 'MOA', '--out', at('r'), '--cells', given],
    'cells is a file',
    '--cells',
    ['nuclei.csv'],
  ],
  [
    ['evaluate', at('p.csv'), '--label', 'MOA', '--labels', given],
    'no image in this folder',
    '',
    ['functions.csv', 'grid.csv'],
  ],
  [['evaluate', at('p.csv'), '--label', 'MOA', '--run', given], 'not that of a trained run', '--run', ['run']],
  [['evaluate', given, '--label', 'MOA'], 'this folder has no predictions', '', ['functions.csv', 'nuclei.csv']],
  [['inspect', screen, '--config', given], 'not a file of options', '--config', ['options.yaml']],
])('%j', async (argv, problem, option, names) => {
  const { code, err } = await milscope(...argv);
  expect(code).toBe(option === '--config' ? 2 : 1);
  expect(err).toContain(problem);
  for (const name of names) expect(err).toContain(name);
  if (option !== '') expect(err).toContain(`${option}`);
  if (problem.includes('is a file')) {
    expect(err).toContain(`found ${names.join(' and ')};`);
    expect(err).toContain(`: ${option} ${join(given, names[0]!)}.`);
  }
});
