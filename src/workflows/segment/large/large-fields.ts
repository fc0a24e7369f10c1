import { smallestField } from '../../../network/architecture.ts';
import { layersOf, type ModelDescription } from '../../../network/model-file.ts';
import { WHOLE_PIXELS } from '../../../screen/windows/open-windows.ts';
import type { RunningHost } from '../../host.ts';

/** Side of the tiles in which the maps of large fields are drawn (pixels that the network sees). */
const TILE = 512;

/** Side of the tiles in which the maps of large fields are drawn, unless one is given (pixels). */
export function largeTile({ enlarge = 1 }: Pick<ModelDescription, 'enlarge'>): number {
  return TILE / enlarge;
}

/**
 * Makes what says whether a field is segmented in parts, which needs scratch files in place of memory. Fields of which the model
 * sees single cells are segmented in one pass, since their nuclei are found so, and those in which it would see nothing.
 */
export function largeFields(
  { layers, enlarge = 1 }: Pick<ModelDescription, 'layers' | 'enlarge'>,
  { inOnePass, onFirst }: { readonly inOnePass: boolean; readonly onFirst: (pixels: number) => void },
  { wholePixels = WHOLE_PIXELS }: Pick<RunningHost, 'wholePixels'>,
): (size: { readonly height: number; readonly width: number }) => boolean {
  const least = smallestField(layersOf({ layers }), enlarge);
  let told = false;
  return ({ height, width }) => {
    const large = !inOnePass && height * width > wholePixels && Math.min(height, width) >= least;
    if (large && !told) onFirst(wholePixels);
    told ||= large;
    return large;
  };
}

/** Says once that there are large fields. */
export function tellLarge({ emit }: Pick<RunningHost, 'emit'>): (pixels: number) => void {
  return (pixels) =>
    emit({
      event: 'noted',
      message: `fields of more than ${pixels} pixels are segmented in parts, with scratch files in the folder of the outputs: the same to rounding, in less memory`,
    });
}
