import { isMilscopeError, markedMessage } from '../../../errors.ts';
import type { RunningHost } from '../../host.ts';

/**
 * Makes a report of work that is done, which a failure of the report leaves as it is: then there is a warning, and no report.
 *
 * @param wanted whether one is asked for
 * @returns the path of the page; null without one, and where work is only tried on a part of its screen
 * @throws the reason of the host's signal when that was aborted
 */
export async function tryReport(
  wanted: boolean,
  host: RunningHost,
  make: () => Promise<string>,
): Promise<string | null> {
  if (!wanted || host.opened?.part) return null;
  try {
    return await make();
  } catch (error) {
    if (host.signal.aborted) throw error;
    const why = isMilscopeError(error) ? markedMessage(error) : error instanceof Error ? error.message : String(error);
    const message = `all is done, but the report could not be made: ${why.replace(/\.$/, '')}; "milscope report" tries it again`;
    host.emit({ event: 'warned', message });
    return null;
  }
}
