import { questionRendered } from '../../screen/channels/rendered.ts';
import type { Screen } from '../../screen/screen.ts';
import type { RunningHost } from '../host.ts';

/** Says before a training that images of a screen look like overlays. */
export function noteRendered(screen: Screen, { emit }: Pick<RunningHost, 'emit'>): void {
  const question = questionRendered(screen);
  if (question) emit({ event: 'noted', message: `${question.problem}; ${question.remedy}` });
}
