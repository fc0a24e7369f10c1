import { expect, it } from 'vitest';
import { MilscopeError } from '../errors.ts';
import { packError, unpackError } from './carry-error.ts';

/** What arrives in another thread. */
const carried = (error: unknown) => unpackError(structuredClone(packError(error)));

it('keeps of a known error all but its cause, which may be anything', () => {
  const cause = Object.assign(new Error('ENOSPC'), { close: () => undefined });
  const error = new MilscopeError('CannotWrite', {
    file: 'p.csv',
    problem: 'the disk is full',
    found: 'ENOSPC',
    cause,
  });
  const { tag, message, details } = carried(error) as MilscopeError;
  expect({ tag, message, details: { ...details, cause } }).toEqual({ tag: error.tag, message, details: error.details });
  expect(message).toBe(error.message);
});

it('keeps the code of an error of the system', () => {
  const error = Object.assign(new Error('EMFILE'), { code: 'EMFILE', syscall: 'open', path: 'a.png' });
  expect(carried(error)).toMatchObject({ message: 'EMFILE', code: 'EMFILE', syscall: 'open', path: 'a.png' });
});

it('keeps a bug as it is', () => {
  expect(carried(new TypeError('x is undefined'))).toEqual(new TypeError('x is undefined'));
  expect(carried('a text')).toBe('a text');
});
