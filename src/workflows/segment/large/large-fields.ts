import type { JacobianMapOptions } from '../../../localization/jacobian-map.ts';
import { createStoredMapper, type DrawStoredMaps } from '../../../localization/stored-jacobian-map.ts';
import { smallestField } from '../../../network/architecture.ts';
import { layersOf, type ModelDescription } from '../../../network/model-file.ts';
import type { NetworkModel } from '../../../network/read-model.ts';
import { WHOLE_PIXELS } from '../../../screen/windows/open-windows.ts';
import { pixelsInWords } from '../../../words.ts';
import type { RunningHost } from '../../host.ts';
import { tellParts } from '../../task.ts';

/** Side of the tiles in which the maps of large fields are drawn (pixels that the network sees). */
const TILE = 384;

/** Workers that draw at once: each holds some 200 MB for tiles of that side. Each has its share of the threads. */
const MOST_WORKERS = 2;

/** Makes what draws the maps of large fields, with workers of its own that end when the maps of a field are drawn, as their memory is needed then. */
export function drawLarge(
  network: NetworkModel,
  {
    tile = TILE / (network.about.enlarge ?? 1),
    workers,
    tell,
    ...how
  }: Omit<JacobianMapOptions, 'pool'> & {
    readonly workers: number;
    /** Hears how far the maps of a field are. */
    readonly tell?: ((text: string) => void) | undefined;
  },
  host: Pick<RunningHost, 'pool' | 'threads'>,
): DrawStoredMaps {
  const onTile = tell && tellParts(tell, 'the maps of a large field');
  return async (...asked) => {
    const most = Math.min(workers, MOST_WORKERS);
    const pool = host.pool({ workers: most, threads: Math.max(1, Math.floor(host.threads / most)) });
    try {
      return await createStoredMapper(network, { ...how, pool, tile, onTile })(...asked);
    } finally {
      await pool.release();
    }
  };
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
      message: `fields of more than ${pixelsInWords(pixels)} pixels are segmented in parts, with scratch files in the folder of the outputs: the same to rounding, in less memory`,
    });
}
