import { describe, expect, it } from 'vitest';
import { isMilscopeError, MilscopeError, messageOf, named } from './errors.ts';

describe('MilscopeError', () => {
  it('says place, problem, found, expected and remedy in one line', () => {
    const error = new MilscopeError('BadLabel', {
      file: 'fields.csv',
      row: 7,
      column: 'Metadata_MOA',
      problem: 'the label is empty',
      found: '""',
      expected: 'a class name',
      remedy: 'fill it in or take the row out',
    });
    expect(error.message).toBe(
      'fields.csv, row 7, column Metadata_MOA: the label is empty (found ""; expected a class name). Fill it in or take the row out.',
    );
  });

  it('is narrowed by its guard', () => {
    const error: unknown = new MilscopeError('EmptyTable', { file: 'fields.csv', problem: 'no rows' });
    expect(isMilscopeError(error)).toBe(true);
    expect(isMilscopeError(error, 'EmptyTable')).toBe(true);
    expect(isMilscopeError(error, 'BadLabel')).toBe(false);
    expect(isMilscopeError(new Error('x'))).toBe(false);
  });
});

describe('options in messages', () => {
  const error = new MilscopeError('BadOption', {
    option: 'cellSize and crop',
    problem: 'they exclude each other',
    found: 'a ‹file›.tif',
    remedy: `leave ${named('cellSize')} or ${named('crop')} out`,
  });

  it('are plain names unless a face writes them otherwise', () => {
    expect(error.message).toContain('cellSize and crop: they exclude each other');
    expect(error.message).toContain('Leave cellSize or crop out.');
    expect(error.details.remedy).toBe('leave cellSize or crop out');
  });

  it('are not looked for in what was found', () => {
    expect(messageOf(error, () => 'x')).toContain('found a ‹file›.tif');
  });

  it('are written by the face that shows them', () => {
    const written = messageOf(error, (option) => `--${option.toUpperCase()}`);
    expect(written).toContain('--CELLSIZE and --CROP: they exclude each other');
    expect(written).toContain('Leave --CELLSIZE or --CROP out.');
  });

  it('stand before their value', () => {
    const details = { option: 'holdout Dose=low and high', problem: 'there is no such dose' };
    expect(messageOf(new MilscopeError('BadOption', details), (option) => `--${option}`)).toBe(
      '--holdout Dose=low and high: there is no such dose.',
    );
  });
});

it('an error of a tag has what errors of that tag always have', () => {
  const error: unknown = new MilscopeError('MissingFile', { file: 'a.tif', problem: 'the file does not exist' });
  expect.assertions(3);
  if (isMilscopeError(error, 'MissingFile')) expect(error.details.file.length).toBe(5);
  if (isMilscopeError(error) && error.tag === 'MissingFile') expect(error.details.file.length).toBe(5);
  expect(isMilscopeError(error, 'BadImage')).toBe(false);
});
