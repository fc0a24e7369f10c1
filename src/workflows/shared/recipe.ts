import type { Recipe } from '../../network/recipe.ts';
import { readingOf } from '../../screen/reading.ts';
import type { Screen } from '../../screen/screen.ts';

/** How the images of a screen are read, as `run.json` and a model of it say. */
export function recipeOf({ channelChoice, reading = readingOf({}), pixelSize }: Screen): Recipe {
  return { ...(channelChoice && { channelChoice }), ...reading, pixelSize: pixelSize ?? null };
}
