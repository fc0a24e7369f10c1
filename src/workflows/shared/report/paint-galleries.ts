import { isMilscopeError } from '../../../errors.ts';
import type { PredictionRow } from '../../../evaluation/prediction-table.ts';
import { join } from '../../../files/paths.ts';
import { createJacobianMapper } from '../../../localization/jacobian-map.ts';
import type { NetworkModel } from '../../../network/read-model.ts';
import type { SessionPool } from '../../../onnx/session-pool.ts';
import { channelColoursOf } from '../../../pixels/channel-colours.ts';
import type { Image } from '../../../pixels/pixels.ts';
import { showStrips } from '../../../pixels/windows/walk.ts';
import { isWindowed, type WindowedImage, windowsOf } from '../../../pixels/windows/windowed-image.ts';
import { boxAround, type SquareAround } from '../../../prediction/crop.ts';
import type { ChosenGallery } from '../../../report/document/choose-galleries.ts';
import type { Gallery } from '../../../report/page/document.ts';
import { paintHeat } from '../../../report/pictures/heat.ts';
import { paintSmall } from '../../../report/pictures/sheets.ts';
import { intensitiesOf, shrinkField, shrinkMeasure } from '../../../report/pictures/small-field.ts';
import type { Stretching } from '../../../report/pictures/stretches.ts';
import { labelParts } from '../../../screen/label-sets.ts';
import type { AdjustField } from '../../../screen/plates/plates.ts';
import type { Field, Screen } from '../../../screen/screen.ts';
import { placeOf } from '../../../screen/well.ts';
import { mapInOrder } from '../../../threads/map-in-order.ts';
import type { RunningHost } from '../../host.ts';
import { beginTask } from '../../task.ts';
import type { ReportPlaces } from './places.ts';

/** Longer side of a picture (pixels). */
const SIDE = 320;
/** Maps of larger fields (pixels) are drawn in tiles of `TILE`, in bounded memory. */
const LARGE = 1536;
const TILE = 1024;

export interface GalleryWork {
  readonly chosen: readonly ChosenGallery[];
  /** The rows that the galleries choose from. */
  readonly rows: readonly PredictionRow[];
  readonly screen: Pick<Screen, 'channels' | 'pixelSize' | 'fields'>;
  readonly network: NetworkModel;
  readonly pool: SessionPool;
  /** Gives the pixels of a field as they are in the file, or windows of them; undefined for one that cannot be read. */
  readonly read: (field: Field) => Promise<Image | WindowedImage | undefined>;
  readonly adjust: AdjustField | undefined;
  /** Side of the square around a cell (pixels), where rows are cells. */
  readonly side?: number | undefined;
  readonly stretching: Stretching;
  readonly places: ReportPlaces;
}

type Picture = Omit<Gallery['entries'][number], 'field'>;

/**
 * Writes the pictures of what was chosen, and over each the Jacobian map of the classes that it was given. A field that cannot be read again has
 * no picture, and one that is read in windows no map, which would take as long as to segment it.
 */
export async function writeReportGalleries(work: GalleryWork, host: RunningHost): Promise<readonly Gallery[]> {
  const { chosen, rows, screen, network, pool } = work;
  const wanted = [...new Set(chosen.flatMap((gallery) => gallery.rows))].sort((a, b) => a - b);
  if (wanted.length === 0) return [];
  const byNumber = new Map(screen.fields.map((field) => [field.imageNumber, field]));
  const draw = createPainter(work, { lanes: await host.lanes() }, host);
  const task = beginTask(host, { task: 'drawing the report', total: wanted.length, unit: 'pictures', fleeting: true });
  const pictures = new Map<number, Picture>();
  let done = 0;
  const make = async (row: number) => {
    const field = byNumber.get(rows[row]!.imageNumber);
    return { row, picture: field && (await unlessUnreadable(() => draw(rows[row]!, field))) };
  };
  for await (const { row, picture } of mapInOrder(wanted, Math.max(1, 2 * pool.size), make)) {
    task.update(++done);
    if (picture) pictures.set(row, picture);
  }
  task.end();
  const of = network.about.classes;
  return chosen
    .map(({ class: name, kind, rows: own }) => ({
      ...{ class: name, kind },
      entries: own.flatMap((row) => {
        const picture = pictures.get(row);
        return picture ? [{ field: row, ...picture }] : [];
      }),
    }))
    .filter((gallery) => gallery.entries.length > 0 && of.includes(gallery.class));
}

async function unlessUnreadable<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isMilscopeError(error) || error.tag === 'Interrupted') throw error;
    return undefined;
  }
}

function createPainter(
  { screen, network, pool, read, adjust, side, stretching, places }: GalleryWork,
  { lanes }: { readonly lanes: 8 | 16 | undefined },
  { files, pictures }: RunningHost,
): (row: PredictionRow, field: Field) => Promise<Picture | undefined> {
  const { classes } = network.about;
  const colours = channelColoursOf(screen.channels);
  const mappers = new Map<boolean, ReturnType<typeof createJacobianMapper>>();
  const mapperFor = ({ height, width }: Image) => {
    const isLarge = Math.max(height, width) > LARGE;
    const known = mappers.get(isLarge);
    if (known) return known;
    const made = createJacobianMapper(network, { pool, lanes, ...(isLarge && { tile: TILE }) });
    mappers.set(isLarge, made);
    return made;
  };
  return async ({ predicted, imageNumber, cell }, field) => {
    const whole = await read(field);
    if (!whole) return undefined;
    const shown = await partOf(whole, cell && side !== undefined ? { centre: cell, side } : undefined);
    const name = `${places.prefix}${cell ? `cell-${imageNumber}-${cell.objectNumber}` : `field-${imageNumber}`}`;
    const measure = shrinkMeasure(shown, { side: SIDE });
    await showStrips(shown, [measure]);
    const small = measure.result();
    const { height, width } = small;
    const painted = paintSmall(small, { stretches: stretching.of(placeOf(field.metadata).plate), colours });
    const picture = `${name}.webp`;
    const tile = { data: painted, height, width, left: 0, top: 0 };
    await files.write(join(places.folder, picture), await pictures.mosaic({ height, width, pictures: [tile] }));
    const given = (classes.includes(predicted) ? [predicted] : labelParts(predicted)).flatMap((label) => {
      const k = classes.indexOf(label);
      return k < 0 ? [] : [k];
    });
    const overlay = given.length === 0 || !shown.whole ? null : `${name}-map.webp`;
    if (overlay !== null) {
      const seen = adjust ? adjust(field, shown.whole!) : shown.whole!;
      const { total } = await mapperFor(seen)(seen, given);
      const [map] = shrinkField(
        { data: total, channels: 1, height: seen.height, width: seen.width },
        { side: SIDE },
      ).planes;
      const heat = paintHeat(intensitiesOf(map!), { height, width });
      await files.write(join(places.folder, overlay), await pictures.overlay(heat));
    }
    const pixelSize = screen.pixelSize ?? field.pixelSize ?? null;
    return { picture, overlay, width: shown.width, height: shown.height, pixelSize };
  };
}

/** What is shown: a field, or the square around a cell. */
async function partOf(given: Image | WindowedImage, square: SquareAround | undefined): Promise<WindowedImage> {
  const windows = isWindowed(given) ? given : windowsOf(given);
  return square ? windowsOf(await windows.read(boxAround(windows, square))) : windows;
}
