import { isMilscopeError, MilscopeError } from '../../errors.ts';
import { chooseChannels } from '../../screen/channels/choose-channels.ts';
import { matchChannels } from '../../screen/channels/match-channels.ts';
import { openField } from '../../screen/open-field.ts';
import { readWholeScreen } from '../../screen/read-screen.ts';
import { requireFields } from '../../screen/require-fields.ts';
import type { Screen } from '../../screen/screen.ts';
import type { ScreenOptions } from '../../screen/screen-options.ts';
import type { RunningHost } from '../host.ts';
import { compareRecipe, inMicrometres, isSamePixelSize, type NamedModel, repeatedOf } from './compare-recipe.ts';
import { modelFiles } from './ensemble/model-files.ts';
import { openModel } from './open-model.ts';
import { openScreen, screenOptionsOf, tellOf } from './open-screen.ts';

/**
 * Reads a screen for a model as that of its training was read: at the level of its pyramid, with the same channels in their
 * order (see `matchChannels`), and so on for everything that the model says of it. What the request asks for otherwise is
 * done with a warning, or refused where it would make the predictions meaningless (see `compareRecipe`).
 *
 * @throws ChannelMismatch, BadOption for a level that does not fit, and what `readScreen` throws
 */
export async function openModelScreen(
  path: string,
  model: NamedModel,
  request: ScreenOptions,
  host: RunningHost,
): Promise<Screen> {
  const options = screenOptionsOf(request);
  const opened = host.opened?.screens.get(path);
  const whole = opened ?? (await readAsTrained(path, { model, options }, host));
  tellOf(whole, host);
  await compareRecipe(whole, model, host);
  const chosen = options.channels === undefined ? whole : chooseChannels(whole, options.channels);
  const asked = chosen.channelChoice !== undefined;
  const { screen, notes } = matchChannels(chosen, model.about, { asked, model: model.path });
  for (const message of notes) host.emit({ event: 'noted', message });
  return requireFields(screen);
}

/** Reads a screen for the model that a request names, or else as `openScreen` does. */
export async function openScreenLike(
  path: string,
  { model, ...request }: ScreenOptions & { readonly model?: string | undefined },
  host: RunningHost,
): Promise<Screen> {
  if (model === undefined) return openScreen(path, request, host);
  const { about } = await openFirst(model, host);
  return openModelScreen(path, { path: model, about }, request, host);
}

/** Reads what {@link openScreenLike} opens: all channels, of which none is chosen yet. */
export async function readWholeLike(
  path: string,
  { model, ...request }: ScreenOptions & { readonly model?: string | undefined },
  host: RunningHost,
): Promise<Screen> {
  const opened = host.opened?.screens.get(path);
  if (opened !== undefined) return opened;
  const options = screenOptionsOf(request);
  if (model === undefined) return readWholeScreen(path, options, host);
  const { about } = await openFirst(model, host);
  return readAsTrained(path, { model: { path: model, about }, options }, host);
}

/** The model of a request; of several that are averaged, the first: all read screens in the same way. */
async function openFirst(model: string, host: RunningHost) {
  const [first] = await modelFiles([model], host);
  return openModel(first!, host);
}

/** The screen with all its channels, read with the options of the training where the request has none. */
async function readAsTrained(
  path: string,
  { model: { path: model, about }, options }: { model: NamedModel; options: ScreenOptions },
  host: RunningHost,
): Promise<Screen> {
  const read = (more: ScreenOptions = {}) => readWholeScreen(path, { ...repeatedOf(about), ...options, ...more }, host);
  if (options.level !== undefined || !about.level) return read();
  const screen = await unlessNoLevel(read());
  if (screen !== undefined && (await hasLevel(screen, about.level, host))) return screen;
  const largest = await read({ level: 0 });
  if (isSamePixelSize(largest.pixelSize, about.pixelSize)) return largest;
  throw new MilscopeError('BadOption', {
    file: path,
    option: 'level',
    problem: `${model} was trained on images of a smaller level, which this screen does not have`,
    found: `level 0 with pixels of ${inMicrometres(largest.pixelSize)}`,
    expected: `level ${about.level} with pixels of ${inMicrometres(about.pixelSize)}`,
    remedy:
      'convert the screen to OME-Zarr with its pixel size, which makes smaller levels, or train a model on images of this size',
  });
}

/** Nothing where no image has the level that was asked for. */
async function unlessNoLevel(reading: Promise<Screen>): Promise<Screen | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isNoLevel(error)) return undefined;
    throw error;
  }
}

/** Fields that are opened to see whether images have a level. */
const ASKED = 4;

/** Whether the first image of a screen that can be opened has a level; so it is taken where none can be opened. */
async function hasLevel(screen: Screen, level: number, host: RunningHost): Promise<boolean> {
  for (const { sources, ...field } of screen.fields.slice(0, ASKED)) {
    const present = sources.filter(({ problem }) => problem === undefined).slice(0, 1);
    try {
      const { levels } = await openField(screen, { ...field, sources: present }, host);
      return (await levels()).length > level;
    } catch (error) {
      if (isNoLevel(error)) return false;
      if (!isMilscopeError(error)) throw error;
    }
  }
  return true;
}

function isNoLevel(error: unknown): boolean {
  return isMilscopeError(error, 'BadOption') && error.details.option?.startsWith('level') === true;
}
