import { totalStride } from '../../network/architecture.ts';
import { layersOf } from '../../network/model-file.ts';
import type { TiledPredictionOptions } from '../../network/tiles/predict-in-tiles.ts';
import { createEnsembleRunner, createEnsembleTiles, type Members } from '../../prediction/ensemble.ts';
import { CELLS_TOGETHER } from '../../prediction/predict-cells.ts';
import { WHOLE_PIXELS } from '../../screen/windows/open-windows.ts';
import { pixelsInWords } from '../../words.ts';
import type { RunningHost } from '../host.ts';
import type { Prediction } from './open-prediction.ts';
import type { PredictRowsOptions } from './predict-rows.ts';
import type { RowsRequest } from './request.ts';

/** What shows pictures to the model: fields in tiles, or pictures as a whole. */
export type ShownModel = Pick<PredictRowsOptions, 'tiles' | 'isTiled' | 'run'>;

export interface HowToShow
  extends Omit<TiledPredictionOptions, 'side' | 'profile'>,
    Pick<RowsRequest, 'tile' | 'profile'> {
  /** Fields of more pixels are predicted in tiles. */
  readonly wholePixels?: number | undefined;
}

/** Side of the tiles in which large fields are predicted (pixels that the network sees). */
const LARGE_TILE = 512;

/** Loads what shows fields to the models: in tiles where these are asked for, and large ones in any case. */
export async function showModel(
  { members, ofCells, model }: Prediction,
  { pool, tile, profile = false, onTile, wholePixels = WHOLE_PIXELS }: HowToShow,
  host: Pick<RunningHost, 'lanes' | 'emit'>,
): Promise<ShownModel> {
  const tiling = { pool, profile, onTile };
  if (tile !== undefined) return { tiles: await createEnsembleTiles(members, { ...tiling, side: tile }) };
  const images = ofCells ? CELLS_TOGETHER : 1;
  const run = createEnsembleRunner(members, { pool, lanes: await host.lanes(), images, profile });
  if (ofCells || model.about.instances === 'foreground') return { run };
  return { run, ...largeInTiles(members, { ...tiling, wholePixels }, host) };
}

/** Looks at large fields in tiles, and says so when the first comes. */
function largeInTiles(
  members: Members,
  { wholePixels, ...tiling }: Omit<TiledPredictionOptions, 'side'> & { readonly wholePixels: number },
  { emit }: Pick<RunningHost, 'emit'>,
): Pick<ShownModel, 'tiles' | 'isTiled'> {
  const { about } = members[0]!;
  const { enlarge = 1 } = about;
  const stride = totalStride(layersOf(about));
  const side = Math.ceil(LARGE_TILE / enlarge / stride) * stride;
  let tiles: Promise<NonNullable<ShownModel['tiles']>> | undefined;
  return {
    isTiled: ({ height, width }) => height * width * enlarge ** 2 > wholePixels,
    tiles: async (pixels) => {
      if (!tiles) {
        const message = `fields of more than ${pixelsInWords(wholePixels / enlarge ** 2)} pixels are predicted in tiles of ${side} × ${side}: the same to rounding, in less memory`;
        emit({ event: 'noted', message });
      }
      tiles ??= createEnsembleTiles(members, { ...tiling, side });
      return (await tiles)(pixels);
    },
  };
}
