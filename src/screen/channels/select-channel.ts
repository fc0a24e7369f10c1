import { MilscopeError } from '../../errors.ts';
import type { Screen } from '../screen.ts';

/**
 * The place of a channel, named without regard to case by the field `option` of a request, among those of the screen.
 *
 * @throws BadOption for a name that it does not have
 */
export function requireChannel({ source, channels }: Screen, name: string, { option }: { option: string }): number {
  const place = channels.findIndex((channel) => channel.toLowerCase() === name.trim().toLowerCase());
  if (place >= 0) return place;
  throw new MilscopeError('BadOption', {
    file: source,
    option: `${option} ${name}`,
    problem: 'the screen has no such channel',
    expected: `one of ${channels.join(', ')}`,
  });
}

/** The screen as if it had one channel only, so that no other is decoded. @throws BadOption for a name it does not have */
export function selectChannel(screen: Screen, name: string): Screen {
  const place = requireChannel(screen, name, { option: 'channel' });
  const fields = screen.fields.map((field) => ({ ...field, sources: [field.sources[place]!] }));
  return { ...screen, channels: [screen.channels[place]!], fields };
}
