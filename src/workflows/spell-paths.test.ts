import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { nodeFiles } from '../files/node-files.ts';
import { createNodeHost } from './node/node-host.ts';
import { screen, screenFields, text } from './request-fields.ts';
import { spellPath } from './spell-paths.ts';
import { defineWorkflow } from './workflow.ts';

const folder = temporaryFolder();
const nfc = (path: string) => join(folder, path).normalize('NFC');
const nfd = (path: string) => join(folder, path).normalize('NFD');

/** Gives what it was asked, as it was understood. */
const request = z.strictObject({
  screen,
  ...screenFields,
  label: text().optional().meta({ description: 'a column', value: 'column' }),
  out: text().meta({ description: 'a table', value: 'file' }),
});
const about = { title: 'repeat', description: 'Repeats.', request, result: z.unknown() };
const repeat = defineWorkflow(about, async (asked) => asked);

it.each([
  ['composed', nfc, nfd],
  ['decomposed', nfd, nfc],
])('finds paths that are %s on the disk, in every field that names one', async (name, stored, typed) => {
  mkdirSync(stored(`Größe ${name}`));
  writeFileSync(join(stored(`Größe ${name}`), 'mäp.xlsx'.normalize(stored === nfc ? 'NFC' : 'NFD')), '');
  const [here, there] = [stored(`Größe ${name}/mäp.xlsx`), typed(`Größe ${name}/mäp.xlsx`)];
  const label = 'Größe'.normalize(typed === nfc ? 'NFC' : 'NFD');
  const asked = {
    screen: there,
    plateMap: there,
    illumination: 'none',
    annotations: typed('öd.csv'),
    on: [label],
    label,
  };
  expect(await repeat({ ...asked, out: typed(`Größe ${name}/ä.csv`) }, createNodeHost())).toMatchObject({
    ...{ screen: here, plateMap: here, illumination: 'none', annotations: typed('öd.csv'), on: [label], label },
    out: join(stored(`Größe ${name}`), 'ä.csv'.normalize(typed === nfc ? 'NFC' : 'NFD')),
  });
});

it('leaves a path as it was typed where it is there', async () => {
  writeFileSync(nfc('é.csv'), '');
  writeFileSync(nfd('é.csv'), '');
  expect(await spellPath(nfc('é.csv'), nodeFiles)).toBe(nfc('é.csv'));
  expect(await spellPath(nfd('é.csv'), nodeFiles)).toBe(nfd('é.csv'));
});
