import { basename, dirname, join } from '../../files/paths.ts';
import type { ForeignFormat } from './formats.ts';

/** What to type so that milscope can read an image that a table names, as the beginning of a sentence. */
export function imageConversion(file: string, format: ForeignFormat): string {
  const { from, to } = ends(file, format);
  switch (format.way) {
    case 'bio-formats':
      return `convert it to OME-TIFF: ${code('bfconvert', from, to('.ome.tiff'))}. A file of many fields becomes a screen of its own as OME-Zarr: ${code('bioformats2raw', from, to('.zarr'))}`;
    case 'hdf5':
      return (
        `write the image in it as a TIFF: ${python('h5py, tifffile', `tifffile.imwrite("${to('.tif')}", h5py.File("${from}")["exported_data"][()])`)}. ` +
        `It is called exported_data if ilastik wrote it, else ${code('h5ls -r', from)} says how; ilastik can export TIFF itself`
      );
    case 'array':
      return `write it as a TIFF: ${python('numpy, tifffile', `tifffile.imwrite("${to('.tif')}", numpy.load("${from}"))`)}`;
    case 'photo':
      return `convert it to PNG: ${code('magick', from, to('.png'))}`;
    case 'lossy':
      return (
        'export the image again as TIFF, since this format has lost intensities for good. ' +
        `Where there is no other copy, convert it to PNG: ${code('magick', from, to('.png'))}`
      );
    default:
      return screenConversion(file, format);
  }
}

/** What to type so that a file can be given as a screen. */
export function screenConversion(file: string, format: ForeignFormat): string {
  const { from, to } = ends(file, format);
  switch (format.way) {
    case 'bio-formats':
      return `convert it to OME-Zarr, and give that: ${code('bioformats2raw', from, to('.zarr'))}`;
    case 'plate':
      return (
        'convert the whole plate to OME-Zarr, and give that. One of its files stands for all: ' +
        code('bioformats2raw', from, to('.zarr'))
      );
    case 'video':
      return `write its frames as images: ${code('ffmpeg -i', from, to('_t%04d.png'))}`;
    default:
      return imageConversion(file, format);
  }
}

/** What to type so that a folder can be given as a screen whose files, at `paths` in it, are of one format. */
export function folderConversion(folder: string, paths: readonly string[], format: ForeignFormat): string {
  const [first = ''] = paths;
  const place = join(folder, dirname(first));
  const ending = endingOf(first, format);
  const to = (other: string) => `"\${f%${ending}}${other}"`;
  const each = (command: string) => code(`for f in ${quoted(place)}/*${ending}; do ${command}; done`);
  const others = new Set(paths.map((path) => dirname(path))).size > 1 ? ', and so in every folder of them' : '';
  switch (format.way) {
    case 'bio-formats': {
      const then = others === '' ? 'Then give the folder again' : 'Then give each folder';
      return `convert them to OME-Zarr: ${each(`bioformats2raw "$f" ${to('.zarr')}`)}${others}. ${then}`;
    }
    case 'video':
      return `write their frames as images: ${each(`ffmpeg -i "$f" ${to('_t%04d.png')}`)}${others}`;
    case 'photo':
      return `convert them to PNG: ${each(`magick "$f" ${to('.png')}`)}${others}. Then give the folder again`;
    case 'lossy':
      return (
        'export the images again as TIFF, since this format has lost intensities for good. ' +
        `Where there is no other copy, convert them to PNG: ${each(`magick "$f" ${to('.png')}`)}${others}`
      );
    case 'plate':
      return screenConversion(join(folder, first), format);
    default:
      return imageConversion(join(folder, first), format);
  }
}

/** A command in a sentence. */
function code(...words: readonly string[]): string {
  return `\`${words.join(' ')}\``;
}

/** A path as it is typed into a shell. */
function quoted(path: string): string {
  return /^[\w./:@%+=,-]+$/.test(path) ? path : `"${path.replaceAll(/["$`]/g, '\\$&')}"`;
}

/**
 * A file as it is typed, and the same with another ending; in Python within its quotes. Where a file has the ending of another
 * format already, what is written is called otherwise: a command never writes onto the file that it reads.
 */
function ends(file: string, format: ForeignFormat) {
  const stem = file.slice(0, file.length - endingOf(file, format).length);
  const typed = format.way === 'hdf5' || format.way === 'array' ? (path: string) => path : quoted;
  // On Windows and macOS, `a.TIF` and `a.tif` are one file.
  const isSource = (path: string) => path.toLowerCase() === file.toLowerCase();
  const to = (ending: string) => (isSource(stem + ending) ? `${stem}_converted${ending}` : stem + ending);
  return { from: typed(file), to: (ending: string) => typed(to(ending)) };
}

function python(modules: string, statement: string): string {
  return code('python -c', `'${`import ${modules}; ${statement}`.replaceAll("'", `'\\''`)}'`);
}

/** The ending of a file with its dot, as it is written: `.CZI`, `.nii.gz`. */
function endingOf(file: string, { endings }: ForeignFormat): string {
  const name = basename(file);
  const [own] = endings
    .filter((ending) => name.toLowerCase().endsWith(`.${ending}`))
    .sort((a, b) => b.length - a.length)
    .map((ending) => name.slice(name.length - ending.length - 1));
  return own ?? /\.[^.]*$/.exec(name)?.[0] ?? '';
}
