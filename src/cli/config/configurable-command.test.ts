import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { isMilscopeError } from '../../errors.ts';
import { numberBetween, oneOf, screen, text, wholeNumber } from '../../workflows/request-fields.ts';
import { addCommonOptions } from '../options.ts';
import { addRequestOptions, requestOf } from '../request-command.ts';
import { ConfigurableCommand } from './configurable-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'milscope-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const request = z.strictObject({
  model: text().meta({ description: 'model', value: 'model', argument: true }),
  screen,
  label: text().meta({ description: 'column of the class', value: 'column' }),
  cellSize: wholeNumber({ least: 31 }).optional().meta({ description: 'side', value: 'pixels' }),
  rate: numberBetween({ least: 0, most: 1 }).default(0.5).meta({ description: 'a rate', value: 'share' }),
  pooling: oneOf(['mean', 'max']).default('mean').meta({ description: 'a function', value: 'name' }),
  holdout: z.array(text()).default([]).meta({ description: 'tested', value: 'column=value' }),
  on: z.array(text()).optional().meta({ description: 'columns', value: 'columns', commas: true }),
  overwrite: z.boolean().default(false).meta({ description: 'replace' }),
});

function read(config: string, ...argv: string[]) {
  const file = join(folder, 'options.yaml');
  writeFileSync(file, config);
  const command = new ConfigurableCommand('try', { fields: request.shape });
  addCommonOptions(addRequestOptions(command, request))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse([...argv, '--config', file], { from: 'user' });
  const { threads, json, seed } = command.opts();
  return { ...requestOf(request, { args: command.args, options: command.opts() }), threads, json, seed };
}

function refusal(config: string, ...argv: string[]): string {
  try {
    read(config, ...argv);
  } catch (error) {
    if (isMilscopeError(error, 'BadOption')) return error.message.replace(/^config .*options\.yaml: /, '');
    return (error as Error).message;
  }
  return 'nothing';
}

const all = `
model: m.onnx
screen: fields.csv
label: MOA
cell-size: 64
rate: 0.25
pooling: max
holdout: [Replicate=3, Plate=P1]
on: [Plate, Well]
overwrite: true
seed: 7
threads: 3
json: true
`;

describe('a file of options', () => {
  it('says what the command line would say, arguments and required options too', () => {
    expect(read(all)).toEqual({
      ...{ model: 'm.onnx', screen: 'fields.csv', label: 'MOA', cellSize: 64, rate: 0.25, pooling: 'max' },
      ...{ holdout: ['Replicate=3', 'Plate=P1'], on: ['Plate', 'Well'], overwrite: true },
      ...{ threads: 3, json: true, seed: 7 },
    });
  });

  it('may be JSON, and name options as requests do', () => {
    const json = '{"model": "m.onnx", "screen": "s.csv", "label": "MOA", "cellSize": 64, "holdout": "Replicate=3"}';
    expect(read(json)).toMatchObject({ cellSize: 64, holdout: ['Replicate=3'] });
  });

  it('gives way to what is typed', () => {
    const typed = ['other.onnx', 'other.csv', '--label', 'Phenotype', '--holdout', 'Well=A01', '--threads', '2'];
    expect(read(all, ...typed)).toMatchObject({
      ...{ model: 'other.onnx', screen: 'other.csv', label: 'Phenotype', holdout: ['Well=A01'], threads: 2 },
      cellSize: 64,
    });
  });

  it('fills in the arguments that are not typed', () => {
    expect(read('model: m.onnx\nlabel: MOA', 'fields.csv')).toMatchObject({ model: 'm.onnx', screen: 'fields.csv' });
    expect(read('screen: s.csv\nlabel: MOA', 'm.onnx')).toMatchObject({ model: 'm.onnx', screen: 's.csv' });
    expect(refusal('label: MOA', 'm.onnx')).toContain("missing required argument 'screen'");
  });

  it('takes a number for a text, and nothing for an option that is left out', () => {
    expect(read('model: m\nscreen: s\nlabel: 3\nrate:\n')).not.toHaveProperty('rate');
    expect(read('model: m\nscreen: s\nlabel: 3\n')).toMatchObject({ label: '3' });
  });

  it.each([
    ['epocs: 3', 'epocs: "milscope try" has no such option.'],
    ['cellsize: 64', 'cellsize: "milscope try" has no such option. Perhaps cell-size is meant.'],
    ['labels: MOA', 'labels: "milscope try" has no such option. Perhaps label is meant.'],
    ['config: other.yaml', 'config: "milscope try" has no such option.'],
    ['cell-size: 12', 'cell-size: Expected a whole number of at least 31 (found 12).'],
    ['rate: [1, 2]', 'rate: Expected a number from 0 to 1 (found [1,2]).'],
    ['pooling: median', 'pooling: Expected one of: mean, max (found "median").'],
    ['overwrite: maybe', 'overwrite: Expected true or false (found "maybe").'],
    ['threads: many', 'threads: Expected a whole number of at least 1 (found "many").'],
    ['json: 3', 'json: Expected true or false (found 3).'],
    ['- label', 'the file does not hold options (found a list; expected a line such as "label: MOA" for each option).'],
    ['MOA', 'the file does not hold options (found MOA; expected a line such as "label: MOA" for each option).'],
    ['label: [', /^the file cannot be parsed \(found .+; expected YAML or JSON\)\.$/],
    [
      '{"runHash": "ab", "options": {}}',
      'this is the record of a training, which only "milscope train" can repeat. Name the options of this command in a file of their own.',
    ],
  ])('%j is refused', (config, message) => {
    expect(refusal(config)).toMatch(message);
  });

  it('is found though its name is composed in another way', () => {
    writeFileSync(join(folder, 'Einstellungen für A.yaml'.normalize('NFD')), 'seed: 9');
    const command = addCommonOptions(new ConfigurableCommand('try', { fields: {} }));
    command.parse(['--config', join(folder, 'Einstellungen für A.yaml'.normalize('NFC'))], { from: 'user' });
    expect(command.opts()).toMatchObject({ seed: 9 });
  });

  it('is refused where it is none', () => {
    const command = (path: string) => () =>
      addCommonOptions(new ConfigurableCommand('try', { fields: {} })).parse(['--config', path], { from: 'user' });
    expect(command(join(folder, 'none.yaml'))).toThrow('the file does not exist');
    expect(command(folder)).toThrow('this is a folder, not a file of options');
  });

  it('names a misspelt option before one that is missing because of it', () => {
    expect(refusal('epochs: 2', '--lable', 'MOA')).toBe("error: unknown option '--lable'\n(Did you mean --label?)");
    expect(refusal('label: MOA', '--zzz=3')).toBe("error: unknown option '--zzz'");
  });
});
