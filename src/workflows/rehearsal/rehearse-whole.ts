import type { RunningHost } from '../host.ts';
import type { Run } from '../workflow.ts';
import type { TimeRange } from './document.ts';
import { rateOf } from './estimate.ts';

/** Does short work as a whole, with files that are only imagined, and says how long it takes. Throws what the work throws. */
export async function rehearseWhole<Result>(
  run: Run<Result>,
  { clock }: Pick<RunningHost, 'clock'>,
): Promise<{ readonly result: Result; readonly seconds: TimeRange; readonly how: string }> {
  const began = clock.milliseconds();
  const result = await run;
  const seconds = rateOf((clock.milliseconds() - began) / 1000, 1);
  return { result, seconds, how: 'all of it was done, without writing it' };
}
