/** A screen of which nothing comes out is a failure in every workflow alike, and leaves no empty table. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writePng } from '../image/node/write.ts';
import { compare } from './compare/compare.ts';
import { convert } from './convert/convert.ts';
import { detect } from './detect/detect.ts';
import { exportModel } from './export/export.ts';
import type { Host } from './host.ts';
import { illumination } from './illumination/illumination.ts';
import { inspect } from './inspect/inspect.ts';
import { createNodeHost } from './node/node-host.ts';
import { predict } from './predict/predict.ts';
import { profile } from './profile/profile.ts';
import { segment } from './segment/segment.ts';
import { fieldTable } from './table/table.ts';
import { writeUntrainedModel } from './testing/untrained-model.ts';
import { train } from './train/train.ts';

const folder = temporaryFolder();
const [screen, dark, model] = ['fields.csv', 'dark.csv', 'model.onnx'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const out = (name: string) => join(folder, 'out', name);

beforeAll(async () => {
  const header = 'FileName_DNA,FileName_Actin,FileName_Tubulin,Metadata_Well,Metadata_MOA';
  const rows = ['A01,x', 'A02,y', 'A03,x', 'A04,y'].map(
    (about, i) => `${[1, 2, 3].map((c) => `${i}${c}.png`).join()},${about}`,
  );
  writeFileSync(screen, [header, ...rows].join('\n'));
  for (const i of [0, 1, 2, 3]) for (const c of [1, 2, 3]) writeFileSync(join(folder, `${i}${c}.png`), 'no image');
  const black = { data: new Uint8Array(64 * 64), channels: 1, height: 64, width: 64 };
  await writePng(join(folder, 'black.png'), black);
  writeFileSync(dark, 'FileName_DNA,Metadata_Well\nblack.png,A01\n');
  writeFileSync(join(folder, 'cells.csv'), 'ImageNumber,Location_Center_X,Location_Center_Y\n1,5000,5000\n1,1e9,4\n');
  writeFileSync(join(folder, 'bright.csv'), 'FileName_DNA,FileName_Actin,FileName_Tubulin\nblack.png,a.png,b.png\n');
  for (const name of ['a', 'b']) await writePng(join(folder, `${name}.png`), black);
  await writeUntrainedModel(model);
});

const workflows: Readonly<Record<string, (host: Host) => PromiseLike<unknown>>> = {
  compare: (host) => compare({ screen, label: 'MOA', out: out('c'), poolings: ['mean'] }, host),
  convert: (host) => convert({ screen, out: out('p.zarr') }, host),
  detect: (host) => detect({ screen, channel: 'DNA', out: out('cells.csv') }, host),
  export: (host) => exportModel({ model, screen, out: out('m.zip') }, host),
  illumination: (host) => illumination({ screen, out: out('i') }, host),
  inspect: (host) => inspect({ screen, out: out('inspection.html') }, host),
  predict: (host) => predict({ model, screen, out: out('p.csv') }, host),
  profile: (host) => profile({ screen, nucleiChannel: 'DNA', out: out('profiles.parquet') }, host),
  segment: (host) => segment({ model, screen, out: out('s') }, host),
  table: (host) => fieldTable({ screen, out: out('t.csv') }, host),
  train: (host) => train({ screen, label: 'MOA', out: out('run') }, host),
};

it.each(Object.entries(workflows))('%s fails with the reason', async (_, work) => {
  const failed = work(createNodeHost({ threads: 1 }));
  await expect(failed).rejects.toMatchObject({ tag: 'TooManyUnreadable', details: { file: screen } });
  await expect(failed).rejects.toThrow(/4 (of 4 |of the 4 )?fields can.*BadImage in 4 of them, such as .*01\.png/);
});

it('the table of a folder of which no image opens is not written', async () => {
  const images = join(folder, 'images');
  mkdirSync(images);
  for (const well of ['A01', 'A02']) writeFileSync(join(images, `x_${well}_s1_w1.tif`), 'no image');
  const request = {
    screen: images,
    pattern: '_(?<Well>[A-P]\\d+)_s(?<Site>\\d)_w(?<Channel>\\d)\\.tif$',
    out: out('f.csv'),
  };
  for (const work of [fieldTable, fieldTable.rehearse!]) {
    const failed = work(request, createNodeHost({ threads: 1 }));
    await expect(failed).rejects.toThrow(/none of the 2 fields can be read \(found BadImage in 2 of them/);
  }
});

it('leaves no table that nothing is in', () => {
  const files = readdirSync(folder, { recursive: true }).map(String);
  expect(files.filter((name) => /^out.*\.(csv|parquet|html|zip)$/.test(name))).toEqual([]);
});

it('fails where no cell is inside its field', async () => {
  const cells = join(folder, 'cells.csv');
  const bright = join(folder, 'bright.csv');
  const failed = predict({ model, screen: bright, cells, out: out('p.csv') }, createNodeHost({ threads: 1 }));
  await expect(failed).rejects.toMatchObject({ tag: 'NoCell' });
  await expect(failed).rejects.toThrow(
    /none of 2 cells could be used \(found BadCell, such as .*2 cells have their centres outside/,
  );
});

it('fails where no field has a nucleus', async () => {
  const host = createNodeHost({ threads: 1 });
  const detected = detect({ screen: dark, channel: 'DNA', out: out('cells.csv') }, host);
  await expect(detected).rejects.toThrow(/no nucleus was found \(found nothing bright on dark in DNA\)/);
  const profiled = profile({ screen: dark, nucleiChannel: 'DNA', out: out('f.csv') }, host);
  await expect(profiled).rejects.toMatchObject({ tag: 'NoCell' });
});
