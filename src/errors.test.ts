import { describe, expect, it } from 'vitest';
import { isMilscopeError, MilscopeError } from './errors.ts';

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
    const error: unknown = new MilscopeError('EmptyTable', { problem: 'no rows' });
    expect(isMilscopeError(error)).toBe(true);
    expect(isMilscopeError(error, 'EmptyTable')).toBe(true);
    expect(isMilscopeError(error, 'BadLabel')).toBe(false);
    expect(isMilscopeError(new Error('x'))).toBe(false);
  });
});
