import { type NamedPlane, type Naming, partsOf } from './naming.ts';
import { hasDuplicates, planeOf } from './plane-of.ts';

const well = '(?<well>(?:[A-Z]|A[A-F])\\d{1,2})(?:ROI(?<region>\\d+))?';
/** `A1_01_1_9_DAPI_001`: read step, channel, image of the well, name of the channel, read. */
const byStep = new RegExp(
  `^${well}_(?<step>-?\\d+)_(?<rank>\\d)_(?<site>\\d+)_(?<channel>[^_].*)_(?<time>\\d{3})\\.tiff?$`,
);
/** `A1_1Z4_DAPI_1_003_`: image of the well and plane, name of the channel, channel, read, read step. */
const byField = new RegExp(
  `^${well}_(?<site>\\d+)(?:Z(?<depth>\\d+))?_(?<channel>[^_].*)_(?<rank>\\d)_(?<time>\\d{3})_(?<step>-?\\d*)\\.tiff?$`,
);
/** `B2_02_SP10Z10_C1_Bright Field_T001`: read step, position and plane, channel and its name, read. */
const byPosition = new RegExp(
  `^${well}_(?<step>-?\\d+)_SP(?<site>\\d+)(?:Z(?<depth>\\d+))?_C(?<rank>\\d+)_(?<channel>.+)_T(?<time>\\d{3})\\.tiff?$`,
);

/**
 * The names that Gen5 gives the images of BioTek's Cytation and Lionheart: `A1_01_1_9_DAPI_001.tif` is well, read step,
 * channel, image of the well, name of the channel and read. Images that Gen5 made of others have a negative step and a name
 * such as `Tsf[Stitched[DAPI 377,447]]`, which is `DAPI 377,447`; they are passed over where the others are there. The plate
 * is the folder. Several read steps of the same images are told apart in `Metadata_ReadStep`.
 */
export const cytation: Naming = {
  name: 'Cytation or Lionheart (BioTek Gen5)',
  example: 'A1_01_1_1_DAPI_001.tif',
  parse(path, { folder }) {
    const { folders, name } = partsOf(path, folder);
    const { well, region, site, depth, time, channel = '', rank } = groupsOf(name) ?? {};
    if (well === undefined) return undefined;
    const own = region === undefined ? site : `${region}_${site}`;
    return planeOf(path, {
      ...{ plate: folders.at(-1) ?? '', well, site: own, time, depth, channel: plainChannel(channel), rank },
    });
  },
  async complete(planes) {
    const own = planes.filter((plane) => !isMade(plane));
    const kept = own.length > 0 ? own : planes;
    const stepped = hasDuplicates(kept) ? kept.map(withStep) : kept;
    const made = planes.length - kept.length;
    const note =
      `${made} of ${planes.length} images are ones that Gen5 made of others, such as stitched ones, and are passed over: ` +
      'to read them, give a folder that has no others';
    return { planes: stepped, notes: made > 0 ? [note] : [] };
  },
};

function groupsOf(name: string) {
  return [byStep, byPosition, byField].map((pattern) => pattern.exec(name)?.groups).find((groups) => groups);
}

/** The read step of a plane, and its channel as the name has it. */
function stepOf({ path }: NamedPlane): { readonly step: string; readonly channel: string } {
  const { step = '', channel = '' } = groupsOf(path.split('/').at(-1)!) ?? {};
  return { step, channel };
}

/** Whether Gen5 made the image of others. */
function isMade(plane: NamedPlane): boolean {
  const { step, channel } = stepOf(plane);
  return step.startsWith('-') || plainChannel(channel) !== channel;
}

/** The name of a channel without what Gen5 did to its image. */
function plainChannel(name: string): string {
  const [, inner] = /^[A-Za-z]+\[(.+)\]$/.exec(name) ?? [];
  return inner === undefined ? name : plainChannel(inner);
}

function withStep(plane: NamedPlane): NamedPlane {
  const step = String(Number(stepOf(plane).step || 1));
  return { ...plane, metadata: { ...plane.metadata, Metadata_ReadStep: step } };
}
