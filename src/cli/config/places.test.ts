import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { screen, screenFields, text } from '../../workflows/request-fields.ts';
import { addCommonOptions } from '../options.ts';
import { addRequestOptions, requestOf } from '../request-command.ts';
import { ConfigurableCommand } from './configurable-command.ts';

const folder = temporaryFolder();
const request = z.strictObject({
  screen,
  out: text().meta({ description: 'folder to write', value: 'folder', group: 'output' }),
  ...screenFields,
});

/** What a command is asked by a file of options; a document with a `runHash` is a record. */
function read(path: string, document: Readonly<Record<string, unknown>>, ...typed: readonly string[]) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(document));
  const fromRecord = ({ runHash, folder: _, ...asked }: Readonly<Record<string, unknown>>) =>
    runHash === undefined ? undefined : asked;
  const command = new ConfigurableCommand('try', { fields: request.shape, fromRecord });
  addCommonOptions(addRequestOptions(command, request)).exitOverride();
  command.parse([...typed, '--config', path], { from: 'user' });
  return requestOf(request, { args: command.args, options: command.opts() });
}

const begun = join(folder, 'begun');
const record = { runHash: 'ab', screen: 'fields.csv', annotations: 'tables/a.csv', illumination: 'none', out: 'again' };
const found = { screen: join(begun, 'fields.csv'), annotations: join(begun, 'tables/a.csv'), illumination: 'none' };

beforeAll(() => {
  mkdirSync(join(begun, 'tables'), { recursive: true });
  for (const name of ['fields.csv', 'tables/a.csv']) writeFileSync(join(begun, name), '');
});

it('paths of a record are meant from where the run was begun', () => {
  const elsewhere = join(folder, 'results/run/run.json');
  expect(read(elsewhere, { ...record, folder: begun })).toEqual({ ...found, out: 'again' });
});

it('paths of a record that does not say where it was begun, or was moved with the screen, are looked for around it', () => {
  expect(read(join(begun, 'runs/first/run.json'), record)).toMatchObject(found);
  expect(read(join(begun, 'runs/first/run.json'), { ...record, folder: join(folder, 'gone') })).toMatchObject(found);
});

it('paths of a record are found however their letters are composed', () => {
  writeFileSync(join(begun, 'a\u0308.csv'), '');
  const asked = read(join(folder, 'results/run/run.json'), { ...record, screen: '\u00e4.csv', folder: begun });
  expect(asked.screen).toBe(join(begun, '\u00e4.csv'));
});

it('a record whose screen is gone is refused, unless the screen is typed', () => {
  const path = join(folder, 'lost/run.json');
  expect(() => read(path, record)).toThrow(
    `config ${path}: screen: the screen of this run is not there any more (found no fields.csv). ` +
      `Give the screen where it is now: milscope train SCREEN --config ${path}.`,
  );
  const typed = relative(process.cwd(), found.screen);
  expect(read(path, record, typed)).toMatchObject({ screen: typed });
});

it('paths of other files are meant from where the command runs; what is beside the file is told', () => {
  const path = join(begun, 'options.json');
  expect(() => read(path, { screen: 'fields.csv', out: 'tables' })).toThrow(
    'screen: there is no fields.csv in the folder where the command runs, but there is one beside the file of options ' +
      '(expected a path from the folder where the command runs). ' +
      `Run the command in ${begun}, or write the path as ${found.screen}.`,
  );
  expect(() => read(path, { screen: found.screen, plateMap: 'tables/a.csv', out: 'x' })).toThrow(
    'plateMap: there is no',
  );
  // What is there, what is nowhere, and what is typed are left to the command.
  expect(read(path, { screen: 'package.json', out: 'tables' })).toMatchObject({ screen: 'package.json' });
  expect(read(path, { screen: 'none.csv', out: 'x' })).toMatchObject({ screen: 'none.csv' });
  expect(read(path, { screen: 'fields.csv', out: 'x' }, 'other.csv')).toMatchObject({ screen: 'other.csv' });
});
