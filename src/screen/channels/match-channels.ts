import { MilscopeError, named } from '../../errors.ts';
import type { Screen } from '../screen.ts';
import { type ChannelChoice, placeOf, takeChannels } from './choose-channels.ts';

/** The channels that a model was trained on. */
export interface TrainedChannels {
  readonly channels: readonly string[];
  /** What they were called on the screen of the training, where they were chosen there. */
  readonly channelChoice?: Screen['channelChoice'];
}

/** A screen with the channels of a model, and what a user should know of how they were found. */
export interface MatchedScreen {
  readonly screen: Screen;
  readonly notes: readonly string[];
}

/**
 * The screen with the channels of a model, in the order and under the names of the model. They are found
 *
 * 1. as in the training, where channels were chosen there and the screen has all that were chosen, unless `asked`;
 * 2. by name, without regard to case, in any order and among others, which are left out;
 * 3. by order, where the model or the screen has no names for them (`Image:0`) and both have as many channels.
 *
 * @param options.asked whether the user chose the channels of the screen, whose names are then meant so
 * @param options.model path of the model, for messages
 * @throws ChannelMismatch when a channel is not found
 */
export function matchChannels(
  screen: Screen,
  trained: TrainedChannels,
  { asked, model }: { asked: boolean; model: string },
): MatchedScreen {
  const { channels: wanted, channelChoice: choice } = trained;
  if (!asked && choice && repeats(choice, screen)) {
    const choices = wanted.map((name, i) => ({ name, of: choice.names[i]! }));
    const renamed = choices.filter(({ name, of }) => name.toLowerCase() !== of.toLowerCase());
    const how = `Channels are named as in the training: ${renamed.map(textOf).join(', ')}`;
    return matched(screen, choices, renamed.length > 0 ? [how] : []);
  }
  const places = placesByName(screen, trained);
  const missing = wanted.flatMap((_, i) => (places[i] === -1 ? [i] : []));
  const left = screen.channels.flatMap((_, place) => (places.includes(place) ? [] : [place]));
  const choicesOf = (found: readonly number[]) =>
    wanted.map((name, i): ChannelChoice => ({ name, of: screen.channels[found[i]!]! }));
  if (missing.length === 0) return matched(screen, choicesOf(places), []);
  const nameless =
    missing.every((i) => isPosition(wanted[i]!)) || left.every((place) => isPosition(screen.channels[place]!));
  const filled = places.map((place, i) => (place === -1 ? left[missing.indexOf(i)] : place));
  if (!nameless || wanted.length !== screen.channels.length) {
    const choices = left.length < missing.length ? undefined : choicesOf(filled as number[]);
    throw mismatch(screen, { wanted, choices, model });
  }
  const choices = choicesOf(filled as number[]);
  const other = missing.map((i) => choices[i]!).filter(({ name, of }) => !isPosition(name) || !isPosition(of));
  const how = `Channels are taken in their order, since they have no names: ${other.map(textOf).join(', ')}`;
  return matched(screen, choices, other.length > 0 ? [how] : []);
}

/** Where the channels of the model are on the screen: by their names, or else by those of the training's screen; or -1. */
function placesByName({ channels }: Screen, { channels: wanted, channelChoice: choice }: TrainedChannels): number[] {
  const find = (name: string | undefined) => (name === undefined || isPosition(name) ? -1 : placeOf(channels, name));
  const places = wanted.map(find);
  return places.map((place, i) => {
    const before = place === -1 ? find(choice?.names[i]) : place;
    return place === -1 && places.includes(before) ? -1 : before;
  });
}

/** Whether a screen has all channels that were chosen for a training; places without names need the same number of them. */
function repeats({ names, of }: NonNullable<Screen['channelChoice']>, { channels }: Screen): boolean {
  return (
    names.every((name) => placeOf(channels, name) !== -1) && (!names.some(isPosition) || channels.length === of.length)
  );
}

/** Whether a channel is called after its place in its file: a colour, or a page. */
function isPosition(name: string): boolean {
  return /:\d+$/.test(name);
}

function matched(screen: Screen, choices: readonly ChannelChoice[], notes: readonly string[]): MatchedScreen {
  const taken = new Set(choices.map(({ of }) => placeOf(screen.channels, of)));
  const others = screen.channels.filter((_, place) => !taken.has(place));
  const without =
    `The model was trained without ${others.join(', ')}: ` +
    `${others.length === 1 ? 'this channel of the screen is' : 'these channels of the screen are'} left out`;
  const isSame = screen.channels.join('\n') === choices.flatMap(({ of, name }) => (of === name ? of : [])).join('\n');
  return {
    screen: isSame ? screen : { ...takeChannels(screen, choices), rendered: undefined },
    notes: [...notes, ...(others.length > 0 ? [without] : [])],
  };
}

function textOf({ name, of }: ChannelChoice): string {
  return name === of ? name : `${name}=${of}`;
}

function mismatch(
  { source, channels }: Screen,
  {
    wanted,
    choices,
    model,
  }: { wanted: readonly string[]; choices: readonly ChannelChoice[] | undefined; model: string },
): MilscopeError {
  const option = choices?.map(({ name, of }) => (isPosition(name) ? of : textOf({ name, of }))).join(',');
  const text = option !== undefined && /\s/.test(option) ? `"${option}"` : option;
  return new MilscopeError('ChannelMismatch', {
    file: source,
    problem: `these are not the channels that ${model} was trained on`,
    found: channels.join(', '),
    expected: wanted.join(', '),
    remedy:
      text === undefined
        ? 'a model needs all of its channels: give a screen that has them, or train on those that this one has'
        : `if they show the same stains under other names, name them: ${named('channels')} ${text}`,
  });
}
