import { extname } from '../files/paths.ts';

/** Whether a table of this name is Parquet. */
export function isParquetName(path: string): boolean {
  return extname(path).toLowerCase() === '.parquet';
}

/** A name beside that of a table: `p.parquet` and `by-well` make `p.by-well.parquet`, another `extension` may be given. */
export function besideTable(path: string, name: string, extension = extname(path)): string {
  return `${path.slice(0, path.length - extname(path).length)}.${name}${extension}`;
}
