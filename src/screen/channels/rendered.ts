import { named } from '../../errors.ts';
import type { Screen } from '../screen.ts';

/**
 * What to ask about RGB images that stand beside grey channels, and how to leave them out; undefined where there are none.
 * Options stand in the marks of `named`.
 */
export function questionRendered({
  channels,
  rendered = [],
}: Pick<Screen, 'channels' | 'rendered'>): { readonly problem: string; readonly remedy: string } | undefined {
  if (rendered.length === 0) return undefined;
  const columns = [...new Set(rendered.map((name) => name.replace(/:[^:]*$/, '')))];
  const grey = channels.filter((name) => !rendered.includes(name));
  const [images, they, them] =
    columns.length === 1 ? ['RGB images', 'it looks', 'it'] : ['RGB images', 'they look', 'them'];
  const text = grey.join(',');
  return {
    problem:
      `${columns.join(' and ')} ${columns.length === 1 ? 'has' : 'have'} ${images} beside grey channels (${grey.join(', ')}): ` +
      `${they} like an overlay that was rendered to be looked at, of which a network would learn ${rendered.length} channels more`,
    remedy: `if so, leave ${them} out: ${named('channels')} ${/\s/.test(text) ? `"${text}"` : text}`,
  };
}
