import { MilscopeError } from '../errors.ts';
import type { Screen } from '../screen/screen.ts';

/** The screen as if it had one channel only, so that no other is decoded. @throws BadOption for a name it does not have */
export function selectChannel(screen: Screen, name: string): Screen {
  const place = screen.channels.findIndex((channel) => channel.toLowerCase() === name.trim().toLowerCase());
  if (place < 0) {
    throw new MilscopeError('BadOption', {
      file: screen.source,
      option: `--channel ${name}`,
      problem: 'the screen has no such channel',
      expected: `one of ${screen.channels.join(', ')}`,
    });
  }
  const fields = screen.fields.map((field) => ({ ...field, sources: [field.sources[place]!] }));
  return { ...screen, channels: [screen.channels[place]!], fields };
}
