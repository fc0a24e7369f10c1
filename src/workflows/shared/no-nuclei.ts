import { MilscopeError, named } from '../../errors.ts';
import type { Screen } from '../../screen/screen.ts';

/** The error of work in which not a single nucleus was found, so that its tables would have no cell. */
export function noNuclei({ source, fields }: Screen, { channel, option }: { channel: string; option: string }) {
  return new MilscopeError('NoCell', {
    file: source,
    problem: fields.length === 1 ? 'no nucleus was found' : `no nucleus was found in any of ${fields.length} fields`,
    found: `nothing bright on dark in ${channel}`,
    remedy: `check that ${named(option)} is the channel that shows nuclei, or give their ${named('diameter')}`,
  });
}
