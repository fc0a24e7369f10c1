import { isMilscopeError, MilscopeError } from '../../errors.ts';
import type { ReadFiles } from '../../files/files.ts';
import { kindOf } from '../../files/kind-of.ts';
import { join } from '../../files/paths.ts';
import type { ImageHeader } from '../../image/image.ts';
import { isZarr, readOmeGroup } from '../../image/zarr/ome-group.ts';
import { readZarrImage } from '../../image/zarr/zarr-image.ts';
import { collectInOrder } from '../../threads/map-in-order.ts';
import type { Field, Screen } from '../screen.ts';
import type { ScreenOptions } from '../screen-options.ts';
import { shortStackNotes, stackNotes } from '../stack-note.ts';
import { AT_ONCE, groupName, type ListedField, listFields, plateName } from './list-fields.ts';

/** Columns of metadata in the order in which they stand. */
const columnOrder = ['Metadata_Plate', 'Metadata_Well', 'Metadata_Site', 'Metadata_Acquisition', 'Metadata_Image'];

/** Whether a path is that of a group of OME-Zarr, or of a folder with some in it. */
export async function isZarrScreen(path: string, files: ReadFiles): Promise<boolean> {
  if ((await kindOf(path, files)) !== 'folder') return false;
  return (await isZarr(path, files)) || (await zarrIn(path, files)).length > 0;
}

/**
 * Reads a screen from OME-Zarr 0.4 or 0.5: a plate, an image, the series that bioformats2raw writes, or a folder of
 * several of these. Fields have `Metadata_Plate`, `Metadata_Well`, `Metadata_Site` (the path of the field in its well) and,
 * where there are several, `Metadata_Acquisition`; images that are of no plate have `Metadata_Image`. Label images are
 * the objects of a field.
 *
 * The channels are those of the first image that can be read: a field with others is refused when it is read. So is one
 * that is not there, or a well.
 *
 * @throws BadImage when the metadata of a plate cannot be read or break the specification, BadOption when no image has the
 *   level, EmptyTable without any field, DuplicateField when a plate lists an image twice.
 */
export async function readZarrScreen(
  path: string,
  { level, projection }: ScreenOptions,
  files: ReadFiles,
): Promise<Screen> {
  const listed = await fieldsAt(path, files);
  if (listed.length === 0) {
    throw new MilscopeError('EmptyTable', { file: path, problem: 'there are no images in this group of OME-Zarr' });
  }
  refuseDuplicates(path, listed);
  const header = await firstHeader(listed, level, files);
  const { channels, channelNames } = header;
  const names = channelNames ?? Array.from({ length: channels }, (_, plane) => `Image:${plane}`);
  const columns = columnOrder.filter((column) => listed.some(({ metadata }) => column in metadata));
  const depths = await depthsOf(listed, { level, header }, files);
  const labels = await collectInOrder(listed, AT_ONCE, ({ folder }) => labelImages(folder, files));
  const fields = listed.map(({ folder, name, metadata, problem }, i): Field => {
    const objects = labels[i];
    return {
      name,
      imageNumber: i + 1,
      row: i + 1,
      sources: names.map((channel, plane) => ({
        file: folder,
        plane,
        planes: channels,
        ...(channelNames && { name: channel }),
        ...(level !== undefined && { level }),
        ...(depths[i] !== undefined && { depths: depths[i] }),
        ...(projection !== undefined && projection !== 'maximum' && { projection }),
        ...(problem && { problem }),
      })),
      metadata: Object.fromEntries(columns.map((column) => [column, metadata[column] ?? ''])),
      ...(objects && { objects }),
    };
  });
  const deepest = header.stack?.z ?? depths.find((depth) => depth !== undefined && depth > 1);
  const notes = [
    ...stackNotes([{ header, ...(deepest !== undefined && { depth: deepest }) }], { projection }),
    ...shortStackNotes([{ name: names.length === 1 ? names[0]! : 'all channels', depths }], fields),
  ];
  return { source: path, layout: 'OME-Zarr', channels: names, columns, notes, fields };
}

/** The fields of all groups of a screen; plates are told apart by their own names, or by those of their folders where these differ only. */
async function fieldsAt(path: string, files: ReadFiles): Promise<ListedField[]> {
  if (await isZarr(path, files)) return listFields(path, {}, files);
  const folders = await zarrIn(path, files);
  const own = await collectInOrder(folders, AT_ONCE, (folder) => plateName(folder, files));
  const areNamed = new Set(own.map((name, i) => name ?? groupName(folders[i]!))).size === folders.length;
  const list = (folder: string) => listFields(folder, areNamed ? {} : { name: groupName(folder) }, files);
  return (await collectInOrder(folders, 1, list)).flat();
}

/** What is of Zarr in a folder, in the order of the names; nothing where the folder cannot be listed. */
async function zarrIn(folder: string, files: ReadFiles): Promise<string[]> {
  const entries = await files.list(folder).catch(() => []);
  const folders = entries
    .filter(({ kind }) => kind === 'folder')
    .map(({ name }) => join(folder, name))
    .sort();
  const areZarr = await collectInOrder(folders, AT_ONCE, (path) => isZarr(path, files));
  return folders.filter((_, i) => areZarr[i]);
}

async function firstHeader(
  listed: readonly ListedField[],
  level: number | undefined,
  files: ReadFiles,
): Promise<Pick<ImageHeader, 'channels' | 'channelNames' | 'stack'>> {
  let noLevel: MilscopeError | undefined;
  for (const { folder, problem } of listed) {
    if (problem) continue;
    try {
      return (await readZarrImage(folder, { level }, files)).header;
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
      if (error.tag === 'BadOption') noLevel ??= error;
    }
  }
  if (noLevel !== undefined) throw noLevel;
  return { channels: 1 };
}

/** The planes of depth of each image, where some have several: of the first, one in the middle and the last it is asked. */
async function depthsOf(
  listed: readonly ListedField[],
  { level, header }: { level: number | undefined; header: Pick<ImageHeader, 'stack'> },
  files: ReadFiles,
): Promise<readonly (number | undefined)[]> {
  const depthOf = async ({ folder, problem }: ListedField) => {
    if (problem !== undefined) return undefined;
    try {
      return (await readZarrImage(folder, { level }, files)).header.stack?.z ?? 1;
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
      return undefined;
    }
  };
  const some = [listed[listed.length >> 1]!, listed.at(-1)!];
  const asked = [header.stack?.z, ...(await collectInOrder(some, some.length, depthOf))];
  return asked.some((depth = 1) => depth > 1) ? collectInOrder(listed, AT_ONCE, depthOf) : [];
}

/** The label images of an image by their names; undefined where there are none. */
async function labelImages(image: string, files: ReadFiles): Promise<Record<string, string> | undefined> {
  const folder = join(image, 'labels');
  if (!(await isZarr(folder, files))) return undefined;
  try {
    const { labels } = (await readOmeGroup(folder, files)).ome;
    if (!Array.isArray(labels)) return undefined;
    const names = labels.map(String).filter((name) => name.split('/').every((part) => !['', '.', '..'].includes(part)));
    return Object.fromEntries(names.map((name) => [name, join(folder, name)]));
  } catch (error) {
    // The field can be read all the same.
    if (!isMilscopeError(error)) throw error;
    return undefined;
  }
}

function refuseDuplicates(file: string, listed: readonly ListedField[]): void {
  const seen = new Set<string>();
  for (const { folder } of listed) {
    if (seen.has(folder)) {
      throw new MilscopeError('DuplicateField', { file, problem: 'the metadata list an image twice', found: folder });
    }
    seen.add(folder);
  }
}
