import { MilscopeError } from '../errors.ts';

/** The error for pixels that cannot be decoded. */
export function damaged(
  file: string,
  details: { found?: string | undefined; expected?: string | undefined; cause?: unknown },
): MilscopeError {
  const remedy = 'copy the file again from where it came';
  return new MilscopeError('BadImage', { file, problem: 'the image is damaged or cut short', remedy, ...details });
}
