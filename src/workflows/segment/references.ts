import { MilscopeError, named } from '../../errors.ts';
import type { MaskLike } from '../../localization/overlap.ts';
import { thresholdOfPieces } from '../../localization/stored/threshold-of-plane.ts';
import { maskAbove, thresholdOf } from '../../localization/threshold/threshold.ts';
import type { Image } from '../../pixels/pixels.ts';
import { stripsOf } from '../../pixels/windows/walk.ts';
import type { WindowedImage } from '../../pixels/windows/windowed-image.ts';
import { requireChannel } from '../../screen/channels/select-channel.ts';
import { findObjectFiles } from '../../screen/objects/objects-folder.ts';
import {
  openLabelImage,
  openObjects,
  readLabelImage,
  readObjects,
  requireObjects,
} from '../../screen/objects/read-objects.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { nothingRead, readSkipped, type SkippedField } from '../../screen/skipped.ts';
import type { Host } from '../host.ts';
import type { SegmentResult } from './request.ts';

/** What the masks of a screen are measured against; nothing for a field that has no reference. */
export interface Reference {
  /** In words: `the objects Nuclei`. */
  readonly name: string;
  readonly read: (field: Field, image: Image) => Promise<MaskLike | undefined>;
  /** The same of a field that may be larger than memory. */
  readonly open: (field: Field, windows: WindowedImage) => Promise<ReferenceRows | undefined>;
}

/** Reads a reference in rows over the whole width of its field, `[height, width]`; what is not 0 is foreground. */
export type ReferenceRows = (rows: {
  readonly top: number;
  readonly height: number;
}) => Promise<Uint8Array | Int32Array>;

/**
 * The reference that a text names: `objects` or `objects=NAME`, the label images of the table's
 * `ObjectsFileName_` column; `otsu`, what Otsu's threshold finds in a channel; or a folder of label images.
 *
 * @param channel for `otsu`; unless given, the channel that the screen has alone
 * @throws MissingColumn, MissingFile, BadOption where there is no such reference
 */
export async function openReference(
  text: string,
  { screen, channel }: { screen: Screen; channel?: string | undefined },
  host: Host,
): Promise<Reference> {
  if (text === 'otsu') return otsuReference(screen, channel);
  if (channel !== undefined) {
    throw new MilscopeError('BadOption', {
      option: `referenceChannel ${channel}`,
      problem: `this option needs ${named('reference')} otsu`,
      remedy: 'leave it out',
    });
  }
  const [kind, given] = text.split('=', 2);
  if (kind === 'objects') {
    const name = given ?? onlyObjects(screen);
    requireObjects(screen, name);
    return {
      name: `the objects ${name}`,
      read: (field, { height, width }) => readObjects(screen, field, { name, size: { height, width } }, host),
      open: async (field, { height, width }) =>
        (await openObjects(screen, field, { name, size: { height, width } }, host))?.readRows,
    };
  }
  if ((await host.files.status(text)) === undefined) {
    throw new MilscopeError('BadOption', {
      option: `reference ${text}`,
      problem: 'the reference is not known',
      expected: 'objects, objects=NAME, otsu, or a folder of label images',
    });
  }
  const files = await findObjectFiles(text, screen, host);
  return {
    name: `the label images in ${text}`,
    async read(field, size) {
      const file = files.get(field);
      return file === undefined ? undefined : readLabelImage(file, size, host);
    },
    async open(field, { height, width }) {
      const file = files.get(field);
      return file === undefined ? undefined : (await openLabelImage(file, { height, width }, host)).readRows;
    },
  };
}

/**
 * Lets a segmentation pass whose masks were measured, as far as that was asked for. All else of it is done.
 *
 * @param about.lost the references that could not be read; those of work that was finished before are in its `skipped.csv`
 * @throws TooManyUnreadable when no mask could be measured
 */
export async function requireMeasured(
  { out, reference, overlap, skippedFile }: Pick<SegmentResult, 'out' | 'reference' | 'overlap' | 'skippedFile'>,
  { source, lost }: { source: string; lost: readonly SkippedField[] | undefined },
  { files }: Pick<Host, 'files'>,
): Promise<void> {
  if (reference === null || overlap !== null) return;
  const skipped = lost ?? (skippedFile === null ? [] : await readSkipped(skippedFile, files));
  const why = skipped.length > 0 ? 'no reference can be read' : 'no field has a reference';
  const problem = `${why}, so no mask was measured; all else was done and is in ${out}`;
  const remedy = `mend the references and repeat the command with ${named('overwrite')}, or leave ${named('reference')} out`;
  throw nothingRead({ file: source, option: 'reference', problem, remedy }, skipped);
}

function otsuReference(screen: Screen, name: string | undefined): Reference {
  if (name === undefined && screen.channels.length > 1) {
    throw new MilscopeError('BadOption', {
      option: 'reference otsu',
      problem: 'the screen has several channels',
      found: screen.channels.join(', '),
      remedy: `name the channel that shows the cells with ${named('referenceChannel')}`,
    });
  }
  const channel = requireChannel(screen, name ?? screen.channels[0]!, { option: 'referenceChannel' });
  return {
    name: `Otsu's threshold of ${screen.channels[channel]}`,
    async read(_, { data, height, width }) {
      const size = height * width;
      const plane = { data: data.subarray(channel * size, (channel + 1) * size), height, width };
      return maskAbove(plane, thresholdOf(plane, { kind: 'otsu' }));
    },
    async open(_, windows) {
      const { height, width } = windows;
      const planeOf = ({ data, height: rows }: Image) => {
        return data.subarray(channel * rows * width, (channel + 1) * rows * width);
      };
      async function* pieces(): AsyncGenerator<Image['data']> {
        for await (const { image } of stripsOf(windows)) yield planeOf(image);
      }
      const threshold = await thresholdOfPieces(pieces, { kind: 'otsu' }, { height, width });
      return async (rows) => {
        const image = await windows.read({ ...rows, left: 0, width });
        return maskAbove({ data: planeOf(image), height: rows.height, width }, threshold).data;
      };
    },
  };
}

function onlyObjects({ source, fields }: Screen): string {
  const names = new Set(fields.flatMap(({ objects = {} }) => Object.keys(objects)));
  const [first, ...others] = names;
  if (first === undefined) {
    throw new MilscopeError('MissingColumn', {
      file: source,
      column: 'ObjectsFileName_…',
      problem: 'the table names no label images',
      remedy: `give ${named('reference')} otsu, or a folder of label images`,
    });
  }
  if (others.length === 0) return first;
  throw new MilscopeError('BadOption', {
    option: 'reference objects',
    problem: 'the table names several kinds of objects',
    found: [...names].join(', '),
    remedy: `name one of them: ${named('reference')} objects=${first}`,
  });
}
