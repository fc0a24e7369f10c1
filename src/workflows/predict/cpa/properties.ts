import type { ChannelFile } from './channel-files.ts';

/** What CellProfiler Analyst must know of the two tables. */
export interface CpaDescription {
  /** Names of the tables, beside the file of properties. */
  readonly imageTable: string;
  readonly objectTable: string;
  readonly channels: readonly (ChannelFile & { readonly pathColumn: string; readonly fileColumn: string })[];
  /** Columns of plate and well, where there are both. */
  readonly plate?: string | undefined;
  readonly well?: string | undefined;
  /** Number of wells of a plate. */
  readonly plateType?: string | undefined;
  /** Columns by which images can be put together, by name. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Side of the picture of a cell (pixels). */
  readonly tileSize: number;
}

/** Names that the tables get in the database that CellProfiler Analyst makes of them. */
const [IMAGES, OBJECTS] = ['Per_Image', 'Per_Object'];

/**
 * The file that CellProfiler Analyst (2 and 3) is opened with. `image_names` has one name a file and
 * `image_channel_colors` one colour a channel of it, which is what its `properties.py` asks for.
 */
export function formatProperties(about: CpaDescription): string {
  const { channels, plate, well, plateType, groups } = about;
  const list = (values: readonly (string | number)[]) => values.join(', ');
  const properties: readonly (readonly [string, string | number | undefined])[] = [
    ['db_type', 'sqlite'],
    ['image_csv_file', about.imageTable],
    ['object_csv_file', about.objectTable],
    ['image_table', IMAGES],
    ['object_table', OBJECTS],
    ['image_id', 'ImageNumber'],
    ['object_id', 'ObjectNumber'],
    ['plate_id', plate],
    ['well_id', well],
    ['well_format', well && 'A01'],
    ['plate_type', plateType],
    ['cell_x_loc', 'Location_Center_X'],
    ['cell_y_loc', 'Location_Center_Y'],
    ['image_path_cols', list(channels.map(({ pathColumn }) => pathColumn))],
    ['image_file_cols', list(channels.map(({ fileColumn }) => fileColumn))],
    ['image_names', list(channels.map(({ name }) => name.replaceAll(',', ' ')))],
    ['image_channel_colors', list(channels.flatMap(({ colors }) => colors))],
    ['channels_per_image', list(channels.map(({ colors }) => colors.length))],
    ['object_name', 'cell, cells'],
    ['classification_type', 'object'],
    ['classifier_ignore_columns', 'Location_Center_X, Location_Center_Y'],
    ['image_tile_size', about.tileSize],
    ['check_tables', 'no'],
    ...Object.entries(groups).map(
      ([name, columns]) => [`group_SQL_${name}`, `SELECT ${list(['ImageNumber', ...columns])} FROM ${IMAGES}`] as const,
    ),
  ];
  const lines = properties.flatMap(([name, value]) => (value === undefined ? [] : [`${name} = ${value}`]));
  return ['# Properties for CellProfiler Analyst, written by milscope', ...lines, ''].join('\n');
}
