import type { MilscopeError } from '../errors.ts';
import type { ImageOptions } from '../image/image.ts';
import type { Size } from '../image/region.ts';
import type { Projection } from '../pixels/projection.ts';
import type { Reading } from './reading.ts';

/** Where the pixels of one channel of a field are. */
export interface ChannelSource extends Pick<ImageOptions, 'series' | 'pages'> {
  /** Absolute path of the file, or of the folder of an image of OME-Zarr; empty where `problem` says why there is none. */
  readonly file: string;
  /** Which plane of the file, from 0: a page of a TIFF or a sample of an RGB pixel. */
  readonly plane: number;
  /** How many planes the file has to have; not given where the table picks a page of a stack with `Frame_`. */
  readonly planes?: number | undefined;
  /** What the file has to call the plane where it names its planes; not given where that does not matter. */
  readonly name?: string | undefined;
  /** Level of the pyramid of an image of OME-Zarr; 0 unless given. */
  readonly level?: number | undefined;
  /** Pixels of a plane of the file that are decoded at most; as `openImage` has it unless given. */
  readonly maxPixels?: number | undefined;
  /** The files with the other planes of depth, from low to high, where each has a file; `file` is the lowest. */
  readonly stack?: readonly string[] | undefined;
  /** Planes of depth that the field has of the channel, where some field has several and it is known without opening files. */
  readonly depths?: number | undefined;
  /** How planes of depth become one, whether they are in one file or in several: their maximum unless given. */
  readonly projection?: Projection | undefined;
  /** Absolute path of the illumination function that its pixels are divided by, where there is one. */
  readonly illumination?: string | undefined;
  /** Why the channel cannot be read, where that is known before any file is opened. */
  readonly problem?: MilscopeError | undefined;
}

/** One field of view: one row of the table, or the images of one place. */
export interface Field {
  /** What files of the field are called after; the name of its first image unless given. */
  readonly name?: string | undefined;
  /** The table's `ImageNumber`, or the row's place from 1 where that is absent or not unique. */
  readonly imageNumber: number;
  /** The row of the table, the header being row 1; `imageNumber` again where there is no table. */
  readonly row: number;
  /** One source a channel, in the order of `Screen.channels`. */
  readonly sources: readonly ChannelSource[];
  /** Every column of the table but those that name files, with its text as written. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Absolute paths of label images by the name of their objects (`ObjectsFileName_<OBJ>`), where the row has them. */
  readonly objects?: Readonly<Record<string, string>> | undefined;
  /** Which page of these it is, from 0, where the row says so (`ObjectsFrame_<OBJ>`). */
  readonly objectFrames?: Readonly<Record<string, number>> | undefined;
  /** Side of a pixel (µm), where a file beside the images says so. */
  readonly pixelSize?: number | undefined;
}

/** All files that the pixels of a field come from, each once: its images, and the illumination functions. */
export function filesOf({ sources }: Pick<Field, 'sources'>): string[] {
  return [
    ...new Set(sources.flatMap(({ file, stack = [], illumination = [] }) => [file, ...stack].concat(illumination))),
  ];
}

/** Something that may have been read otherwise than it is meant, and what settles it; options stand in the marks of `named`. */
export interface Question {
  readonly problem: string;
  readonly remedy: string;
}

/** The fields of a screen with everything resolved that can be known without decoding pixels. */
export interface Screen {
  /** The path of the table, folder or plate, as given; that of the table where a folder has one that is read. */
  readonly source: string;
  /** What it was read from, in words: `images named by ImageXpress`; a table where that is not given. */
  readonly layout?: string | undefined;
  readonly channels: readonly string[];
  /** The size that the first images of its channels have; not given where it is not known. */
  readonly usualSize?: Size | undefined;
  /**
   * Where `channels` are a choice: what each of them is called where the screen was read, and all channels that there are,
   * in their order.
   */
  readonly channelChoice?: { readonly names: readonly string[]; readonly of: readonly string[] } | undefined;
  /**
   * Channels that are red, green or blue of one image beside others that are grey, as in overlays that were made to be
   * looked at; not given where there are none, or where they were chosen on purpose.
   */
  readonly rendered?: readonly string[] | undefined;
  /** Columns of metadata in the order of the table, without the prefix `Image_`. */
  readonly columns: readonly string[];
  /** How its images are read; as they are by default unless given. */
  readonly reading?: Reading | undefined;
  /** The files that say all of this, where there are such: tables. Not given where it is read off the images' own files. */
  readonly tables?: readonly string[];
  /** What a user should know of how it was read, a sentence each. */
  readonly notes?: readonly string[];
  /** What a user should answer before the screen is relied on. */
  readonly questions?: readonly Question[];
  /** Side of a pixel (µm) at the level that is read; not given where it is unknown, or fields differ in it. */
  readonly pixelSize?: number | undefined;
  readonly fields: readonly Field[];
}
