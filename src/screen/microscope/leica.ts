import { wellName } from '../well.ts';
import { type NamedPlane, type Naming, partsOf } from './naming.ts';
import { planeOf } from './plane-of.ts';

const named =
  /^image(?:--L(?<loop>\d+))?--S(?<slide>\d+)--U(?<across>\d+)--V(?<down>\d+)--J(?<job>\d+)(?:--E\d+)?(?:--O\d+)?--X(?<x>\d+)--Y(?<y>\d+)(?:--T(?<time>\d+))?--Z(?<depth>\d+)--C(?<channel>\d+)(?:\.ome)?\.(?:tiff?|png)$/;
/** The folders in which Matrix Screener puts the images of an experiment. */
const within = /^(?:slide|chamber|field|job|loop)--/i;

/**
 * The names of Leica's Matrix Screener (HCS A): `image--L0000--S00--U00--V01--J08--E00--O00--X02--Y00--T0000--Z00--C00.ome.tif`
 * is the column (`U`) and row (`V`) of the well, and the column (`X`) and row (`Y`) of the field in it, all counted from 0,
 * with job, point in time, plane and channel. The plate is the folder of the experiment, with the slide where it is not the
 * first. Several jobs of one field, such as an overview and a close-up, are fields of their own, in `Metadata_Job`.
 */
export const leica: Naming = {
  name: 'Matrix Screener (Leica)',
  example: 'image--L0000--S00--U00--V00--J08--X00--Y00--T0000--Z00--C00.ome.tif',
  parse(path, { folder }) {
    const { folders, name } = partsOf(path, folder);
    const { loop = '0', slide, across, down, job, x, y, time = '0', depth, channel } = named.exec(name)?.groups ?? {};
    if (channel === undefined) return undefined;
    const experiment = folders.findLast((part) => !within.test(part)) ?? '';
    const plane = planeOf(path, {
      plate: Number(slide) === 0 ? experiment : `${experiment}_S${slide}`,
      well: wellName(String(Number(down) + 1), String(Number(across) + 1)),
      site: `${Number(x)}_${Number(y)}`,
      time: Number(loop) === 0 ? time : `${Number(loop)}_${Number(time)}`,
      ...{ depth, channel: `C${channel}`, rank: channel },
    });
    return { ...plane, metadata: { ...plane.metadata, Metadata_Job: String(Number(job)) } };
  },
  complete: async (planes) => {
    const jobs = new Set(planes.map(({ metadata }) => metadata.Metadata_Job));
    return jobs.size > 1 ? planes : planes.map(withoutJob);
  },
};

function withoutJob(plane: NamedPlane): NamedPlane {
  const { Metadata_Job: _, ...metadata } = plane.metadata;
  return { ...plane, metadata };
}
