import { MilscopeError } from '../errors.ts';

/** @throws BadOption when an option does not fit what is expected of it. */
export function requireOption(
  option: string,
  found: number,
  { fits, expected }: { fits: boolean; expected: string },
): void {
  if (fits) return;
  throw new MilscopeError('BadOption', { option, problem: 'it makes no sense', found: String(found), expected });
}
