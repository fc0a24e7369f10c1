import { loopsIn } from './loops.ts';
import { type Naming, partsOf } from './naming.ts';

/**
 * CellProfiler's default pattern of metadata, `^(?P<Plate>.*)_(?P<Well>[A-P][0-9]{2})_s(?P<Site>[0-9])_w(?P<ChannelNumber>[0-9])`,
 * in the names of images of any kind, whatever follows it; sites may have several digits. Channels are `w1`, `w2`, …
 * What follows may be the point in time and the plane of a stack, as in `_t1_z2`.
 */
export const defaultPattern: Naming = {
  name: "CellProfiler's default pattern",
  example: 'Plate1_B11_s1_w1.png',
  parse(path, { folder }) {
    const { name: file } = partsOf(path, folder);
    const [, plate, well, site, channel, rest = ''] = /^(.*)_([A-P]\d{2})_s(\d+)_w(\d)(\D.*)?$/.exec(file) ?? [];
    if (channel === undefined) return undefined;
    const { time = '1', depth } = loopsIn(rest);
    return {
      path,
      metadata: {
        Metadata_Plate: plate!,
        Metadata_Well: well!,
        Metadata_Site: String(Number(site)),
        Metadata_TimePoint: time,
      },
      channel: `w${channel}`,
      rank: channel,
      depth,
    };
  },
};
