import type { Files } from '../../files/files.ts';
import { join } from '../../files/paths.ts';
import { type ImageFolder, type Naming, partsOf } from './naming.ts';
import { planeOf, platesByFolder } from './plane-of.ts';

const named =
  /^(?:(?<plate>.+)_)?(?<well>(?:[A-Z]|A[A-F])\d{2})_T(?<time>\d{4})F(?<field>\d{3,4})L\d{2}A\d{2}Z(?<depth>\d{2,3})C(?<channel>\d{2})\.(?:tiff?|png)$/i;
/** Dark and shading images that the microscope keeps beside the others. */
const correction = /^(?:DC|SC)_.*(?:CAM|CH)\d+\.tiff?$/i;
/** Largest file of settings that is read, in bytes. */
const MOST_BYTES = 2 ** 26;

/**
 * The names of Yokogawa's CellVoyager (CV7000, CV8000): `<plate>_B02_T0001F001L01A01Z01C01.tif` is well, point in time,
 * field, timeline, action, plane and channel. Channels are `C01`, `C02`, …, or what the settings (`.mes`) beside them call
 * their targets. Images of one plate name in several folders are of several plates, which are called after the folders.
 */
export const cellVoyager: Naming = {
  name: 'CellVoyager (Yokogawa)',
  example: 'Plate1_B02_T0001F001L01A01Z01C01.tif',
  parse(path, { folder }) {
    const { folders, name } = partsOf(path, folder);
    if (correction.test(name)) return 'passed over';
    const { plate = folders.at(-1) ?? '', well, time, field, depth, channel } = named.exec(name)?.groups ?? {};
    if (well === undefined) return undefined;
    return planeOf(path, { plate, well, site: field, time, depth, channel: `C${channel}`, rank: channel });
  },
  async complete(planes, at, files) {
    const targets = await targetsOf(at, files);
    const told = planes.map((plane) => ({ ...plane, channel: targets.get(Number(plane.rank)) ?? plane.channel }));
    return platesByFolder(told);
  },
};

/** The targets of the channels by their numbers, where all settings of the folder agree in them and each has its own. */
async function targetsOf({ folder, files: all }: ImageFolder, files: Files): Promise<ReadonlyMap<number, string>> {
  const targets = new Map<number, string>();
  for (const path of all.filter((each) => /\.mes$/i.test(each))) {
    for (const [number, target] of await readTargets(join(folder, path), files)) {
      if ((targets.get(number) ?? target) !== target) return new Map();
      targets.set(number, target);
    }
  }
  const areApart = new Set([...targets.values()].map((target) => target.toLowerCase())).size === targets.size;
  return areApart ? targets : new Map();
}

/** Channels have their numbers for names where the settings cannot be read. */
async function readTargets(file: string, files: Files): Promise<readonly (readonly [number, string])[]> {
  try {
    const bytes = await files.read(file);
    const text = new TextDecoder().decode(bytes);
    if (bytes.length > MOST_BYTES || /<!(DOCTYPE|ENTITY)/i.test(text)) return [];
    const { XMLParser } = await import('fast-xml-parser');
    const parser = new XMLParser({
      ...{ removeNSPrefix: true, ignoreAttributes: false, attributeNamePrefix: '', parseAttributeValue: false },
      isArray: (name) => name === 'Channel',
    });
    const { MeasurementSetting } = parser.parse(text) as {
      MeasurementSetting?: { ChannelList?: { Channel?: readonly Readonly<Record<string, unknown>>[] } };
    };
    return (MeasurementSetting?.ChannelList?.Channel ?? []).flatMap(({ Ch, Target }) => {
      const target = typeof Target === 'string' ? Target.trim() : '';
      return target === '' || !/^\d+$/.test(String(Ch)) ? [] : [[Number(Ch), target] as const];
    });
  } catch {
    return [];
  }
}
