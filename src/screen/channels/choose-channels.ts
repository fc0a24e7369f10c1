import { MilscopeError, named } from '../../errors.ts';
import type { Screen } from '../screen.ts';

/** One channel that is taken of a screen: what it is called there, and what it is called from then on. */
export interface ChannelChoice {
  readonly of: string;
  readonly name: string;
}

/** What of a screen has channels. */
type WithChannels = Pick<Screen, 'source' | 'channels' | 'fields' | 'channelChoice' | 'rendered'>;

/**
 * The screen with some of its channels, in the order in which they are named and under the names that they are given:
 * `DNA=w1` takes the channel `w1` and calls it `DNA`, `w1` takes it as it is. Upper and lower case are one. No file of
 * another channel is read from then on, so that it does not matter whether there is one.
 *
 * @example
 * chooseChannels(screen, ['DNA=w1', 'Actin=w3']).channels // ['DNA', 'Actin']
 *
 * @throws BadOption for a name that the screen does not have, and for one that is there twice
 */
export function chooseChannels<Given extends WithChannels>(screen: Given, texts: readonly string[]): Given {
  const choices = texts.map((text) => choiceOf(text, screen));
  for (const part of ['of', 'name'] as const) {
    const twice = choices.find(
      (choice, i) => choices.findIndex((before) => plain(before[part]) === plain(choice[part])) < i,
    );
    if (twice === undefined) continue;
    throw new MilscopeError('BadOption', {
      option: `channels ${texts.join(',')}`,
      problem: part === 'of' ? 'a channel of the screen is taken twice' : 'two channels get the same name',
      found: twice[part],
      remedy: 'name each channel once',
    });
  }
  return { ...takeChannels(screen, choices), rendered: undefined };
}

/** The screen with the channels of `choices` alone, each of which it has under the name `of`. */
export function takeChannels<Given extends WithChannels>(screen: Given, choices: readonly ChannelChoice[]): Given {
  const places = choices.map(({ of }) => placeOf(screen.channels, of));
  const { of: all, names } = screen.channelChoice ?? { of: screen.channels, names: screen.channels };
  return {
    ...screen,
    channels: choices.map(({ name }) => name),
    channelChoice: { names: places.map((place) => names[place]!), of: all },
    fields: screen.fields.map((field) => ({ ...field, sources: places.map((place) => field.sources[place]!) })),
  };
}

/** The place of a channel among those of a screen, without regard to case; -1 where it is not there. */
export function placeOf(channels: readonly string[], name: string): number {
  return channels.findIndex((channel) => plain(channel) === plain(name));
}

/** Whether channels have the same name. */
const plain = (name: string) => name.trim().toLowerCase();

function choiceOf(text: string, { source, channels }: WithChannels): ChannelChoice {
  const own = (name: string) => channels[placeOf(channels, name)];
  const whole = own(text);
  if (whole !== undefined) return { of: whole, name: whole };
  const at = text.indexOf('=');
  const [name, asked] = at < 0 ? [text, text] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  const of = own(asked);
  if (of !== undefined && name !== '') return { of, name };
  throw new MilscopeError('BadOption', {
    file: source,
    option: `channels ${text}`,
    problem: name === '' ? 'a channel needs a name' : 'the screen has no such channel',
    found: asked,
    expected: `some of ${channels.join(', ')}`,
    remedy: `give a new name first, and then the name on the screen: ${named('channels')} ${name === '' || own(name) !== undefined ? 'NEW' : name}=${channels[0]}`,
  });
}
