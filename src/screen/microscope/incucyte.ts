import { type Naming, partsOf } from './naming.ts';
import { planeOf } from './plane-of.ts';

const exported =
  /^(?:(?<prefix>.*?)_+)?(?<well>[A-P]\d{1,2})_(?<image>\d+)_(?<time>\d{4}y\d{2}m\d{2}d_\d{2}h\d{2}m|\d{2,3}d\d{2}h\d{2}m)(?:_(?<part>\d+))?\.(?:tiff?|png)$/i;
const archived = /^(?<well>[A-P]\d{1,2})-(?<image>\d+)-(?<channel>C\d|Ph)\.tiff?$/i;
const channels = /^(?:phase|phase ?contrast|ph|bf|brightfield|hd ?phase|green|red|nir|orange|blue|yellow|c\d)$/i;

/**
 * The names that an Incucyte gives exported images: `Plate_A1_1_2020y05m21d_14h00m.tif` is well, image of the well, date and
 * time, or the time since the first scan (`00d06h00m`). The channel is the last word of what stands before the well, as in
 * `Plate_Phase_A1_1_…`, or the folder, where these are channels of an Incucyte; the plate is the rest. Of a copied archive,
 * `ScanData/2005/21/1400/101/A1-1-Ph.tif`, the folders give date, time and plate.
 */
export const incucyte: Naming = {
  name: 'Incucyte (Sartorius)',
  example: 'Plate1_Phase_A1_1_2020y05m21d_14h00m.tif',
  parse(path, { folder }) {
    const { folders, name } = partsOf(path, folder);
    return parseExported(path, { folders, name }) ?? parseArchived(path, { folders, name });
  },
};

function parseExported(path: string, { folders, name }: { folders: readonly string[]; name: string }) {
  const { prefix = '', well, image, time, part } = exported.exec(name)?.groups ?? {};
  if (well === undefined) return undefined;
  const [last = '', ...before] = prefix.split('_').reverse();
  const above = folders.at(-1) ?? '';
  const isWord = channels.test(last);
  const isFolder = !isWord && channels.test(above);
  const rest = (isWord ? before.reverse().join('_') : prefix).replace(/_+$/, '');
  const channel = isWord ? last : isFolder ? above : 'Image';
  const plate = rest || folders.at(isFolder ? -2 : -1) || '';
  return planeOf(path, { plate, well, site: part === undefined ? image : `${image}_${part}`, time, channel });
}

function parseArchived(path: string, { folders, name }: { folders: readonly string[]; name: string }) {
  const { well, image, channel } = archived.exec(name)?.groups ?? {};
  const [month = '', day = '', time = '', vessel = ''] = folders.slice(-4);
  const isScan = /^\d{4}$/.test(month) && /^\d{2}$/.test(day) && /^\d{4}$/.test(time) && /^\d+$/.test(vessel);
  if (well === undefined || !isScan) return undefined;
  const date = `20${month.slice(0, 2)}y${month.slice(2)}m${day}d_${time.slice(0, 2)}h${time.slice(2)}m`;
  return planeOf(path, { plate: vessel, well, site: image, time: date, channel: channel! });
}
