import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { numberBetween, oneOf, screen, text, wholeNumber } from '../workflows/request-fields.ts';
import { optionName } from './option-name.ts';
import { addRequestOptions, requestOf } from './request-command.ts';

const request = z.strictObject({
  screen,
  label: text().meta({ description: 'column of the class', value: 'column' }),
  cellSize: wholeNumber({ least: 31 }).optional().meta({ description: 'side, see ‹label›', value: 'pixels' }),
  rate: numberBetween({ least: 0, most: 1 }).default(0.5).meta({ description: 'a rate', value: 'share' }),
  pooling: oneOf(['mean', 'max']).default('mean').meta({ description: 'a function', value: 'name' }),
  holdout: z.array(text()).default([]).meta({ description: 'tested', value: 'column=value' }),
  on: z.array(text()).optional().meta({ description: 'columns', value: 'columns', commas: true }),
  overwrite: z.boolean().default(false).meta({ description: 'replace' }),
});

function command(): Command {
  const quiet = { writeOut: () => {}, writeErr: () => {} };
  return addRequestOptions(new Command('try').exitOverride().configureOutput(quiet), request);
}

function read(...argv: string[]): Record<string, unknown> {
  const parsed = command();
  parsed.parse(argv, { from: 'user' });
  return requestOf(request, { args: parsed.args, options: parsed.opts() });
}

describe('the options of a request', () => {
  it('are its fields, and only those given stand in the request', () => {
    expect(read('fields.csv', '--label', 'MOA')).toEqual({ screen: 'fields.csv', label: 'MOA' });
    const all =
      '--label MOA --cell-size 64 --rate 0.1 --pooling max --holdout A=1 --holdout B=2 --on Plate,Well --overwrite';
    expect(read('fields.csv', ...all.split(' '))).toEqual({
      screen: 'fields.csv',
      label: 'MOA',
      cellSize: 64,
      rate: 0.1,
      pooling: 'max',
      holdout: ['A=1', 'B=2'],
      on: ['Plate', 'Well'],
      overwrite: true,
    });
  });

  it.each([
    ['--cell-size', '12', 'a whole number of at least 31'],
    ['--cell-size', '64.5', 'a whole number of at least 31'],
    ['--cell-size', '', 'a whole number of at least 31'],
    ['--rate', '2', 'a number from 0 to 1'],
    ['--rate', 'half', 'a number from 0 to 1'],
    ['--pooling', 'median', 'one of: mean, max'],
    ['--on', 'Plate,,Well', 'a text that is not empty'],
    ['--holdout', '', 'a text that is not empty'],
  ])('%s %s is refused: %s', (option, value, expected) => {
    const refused = () => read('fields.csv', '--label', 'MOA', option, value);
    expect(refused).toThrow(CommanderError);
    expect(refused).toThrow(expected);
  });

  it('must be given where the schema has no default', () => {
    expect(() => read('fields.csv')).toThrow('--label');
    expect(() => read('--label', 'MOA')).toThrow('screen');
  });

  it('stand in the help with their words and defaults, options named as they are typed', () => {
    const help = command().helpInformation();
    expect(help).toContain('--cell-size <pixels>');
    expect(help).toContain('side, see --label');
    expect(help).toMatch(/--pooling <name>\s+a function \(default: mean\)/);
  });

  it('are named in lower case with dashes', () => {
    expect(optionName('thresholdLearningRate')).toBe('--threshold-learning-rate');
  });
});
