import { MilscopeError } from '../../errors.ts';

/** Lets a request pass that asks for at most one of the two. @throws BadOption */
export function requireResumeOrOverwrite({ resume, overwrite }: { resume: boolean; overwrite: boolean }): void {
  if (!(resume && overwrite)) return;
  throw new MilscopeError('BadOption', {
    option: 'resume and overwrite',
    problem: 'they exclude each other',
    remedy: 'give one of them',
  });
}
