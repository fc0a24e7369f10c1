import { isMilscopeError, MilscopeError } from '../../errors.ts';
import { readImageHeader } from '../../image/header.ts';
import type { ImageHeader, ImageOptions } from '../../image/image.ts';
import { collectInOrder } from '../../threads/map-in-order.ts';
import type { ScreenAccess } from '../access.ts';
import type { ImagePlace } from '../assemble-screen.ts';
import { stemOf } from '../field-names.ts';
import type { Field } from '../screen.ts';
import type { GroupedFields } from './group-fields.ts';

/** Headers that are read at once. */
const AT_ONCE = 8;
/** Fields that are looked at until one can be read. */
const ASKED = 4;

/** The fields of a folder, of which some may be a series of a file. */
export interface DividedFields extends Pick<GroupedFields, 'columns' | 'images'> {
  readonly fields: readonly Pick<Field, 'metadata' | 'name' | 'pixelSize'>[];
  /** Whether files had several series. */
  readonly areDivided: boolean;
}

/**
 * Makes a field of each series of an OME-TIFF that has several. Those have the columns `Metadata_Series`, counted from 0 as
 * in CellProfiler, `Metadata_SeriesName` where the file names its series, and `Metadata_Site`, counted from 1, where the
 * names of the files tell no site. Whether files have several is seen in the first that can be read: then each is looked at.
 */
export async function divideSeries(
  { columns, fields, pixelSizes, images }: GroupedFields,
  options: Pick<ImageOptions, 'level' | 'pages'>,
  access: ScreenAccess,
): Promise<DividedFields> {
  const filesOf = (field: number) =>
    images.flatMap(({ places }) => {
      const place = places[field]!;
      return place instanceof MilscopeError ? [] : [place.file];
    });
  const seriesOf = async (file: string | undefined) =>
    file === undefined ? undefined : seriesIn(file, options, access);
  const sized = (field: number) => (pixelSizes[field] === undefined ? {} : { pixelSize: pixelSizes[field] });
  const unchanged = fields.map((metadata, field) => ({ metadata, ...sized(field) }));
  const whole = { columns, fields: unchanged, images, areDivided: false };
  let first: Awaited<ReturnType<typeof seriesOf>>;
  for (let field = 0; field < Math.min(ASKED, fields.length); field++) {
    first = await seriesOf(filesOf(field)[0]);
    if (first !== 'unreadable') break;
  }
  if (typeof first !== 'object') return whole;
  const places = Array.from(fields, (_, field) => field);
  const found = await collectInOrder(places, AT_ONCE, async (field) => seriesOf(filesOf(field)[0]));
  const divided = found.flatMap((series, field) => {
    if (typeof series !== 'object') return [{ field, index: 0, name: undefined, count: 1 }];
    return series.own.map((index) => ({ field, index, name: series.names[index], count: series.own.length }));
  });
  const isNamed = divided.some(({ name }) => name !== undefined);
  const hasSite = columns.includes('Metadata_Site');
  const own = ['Metadata_Series', ...(isNamed ? ['Metadata_SeriesName'] : []), ...(hasSite ? [] : ['Metadata_Site'])];
  const placeOf = (place: ImagePlace, { index, count }: (typeof divided)[number]): ImagePlace =>
    place instanceof MilscopeError || count === 1 ? place : { ...place, series: index };
  return {
    columns: [...columns.filter((column) => !own.includes(column)), ...own],
    fields: divided.map(({ field, index, name = '', count }) => ({
      metadata: {
        ...fields[field]!,
        Metadata_Series: String(index),
        ...(isNamed && { Metadata_SeriesName: name }),
        ...(!hasSite && { Metadata_Site: String(index + 1) }),
      },
      ...sized(field),
      ...(count > 1 && { name: `${stemOf(filesOf(field)[0] ?? '')}_${index}` }),
    })),
    images: images.map((image) => ({
      ...image,
      places: divided.map((one) => placeOf(image.places[one.field]!, one)),
    })),
    areDivided: true,
  };
}

/** The series of a file that has several. */
async function seriesIn(
  file: string,
  options: ImageOptions,
  access: ScreenAccess,
): Promise<ImageHeader['series'] | 'unreadable'> {
  try {
    return (await readImageHeader(file, options, access)).series;
  } catch (error) {
    if (!isMilscopeError(error)) throw error;
    return 'unreadable';
  }
}
