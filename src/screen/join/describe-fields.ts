import { MilscopeError, named } from '../../errors.ts';
import { readTable, type Table } from '../../tables/read-table.ts';
import type { ScreenAccess } from '../access.ts';
import { findColumn, requireColumn } from '../columns.ts';
import { comparableCell } from '../compare-cells.ts';
import type { ScreenOptions } from '../screen-options.ts';
import { type DescribedFields, type JoinKey, joinTable } from './join-table.ts';
import { readPlateMap } from './plate-map.ts';

/**
 * The fields of a screen with what other tables know of them: first what the plate map says of their wells, then the
 * annotations, which may be joined by a column that came from the map. The tables read are added to those of the screen.
 *
 * @throws BadOption when only one of `annotations` and `on` is given, and what `readPlateMap` and `joinTable` throw.
 */
export async function describeFields<Described extends DescribedFields & { readonly tables?: readonly string[] }>(
  screen: Described,
  { annotations, on, plateMap }: ScreenOptions,
  { files }: Pick<ScreenAccess, 'files'>,
): Promise<Described> {
  if ((annotations === undefined) !== (on === undefined)) {
    throw new MilscopeError('BadOption', {
      option: annotations === undefined ? 'on' : 'annotations',
      problem: 'annotations are joined by columns, and these are columns of annotations',
      remedy: `give both: ${named('annotations')} proteins.csv ${named('on')} Strain`,
    });
  }
  let described = screen;
  if (plateMap !== undefined) {
    const { table, key } = await readPlateMap(plateMap, described, files);
    described = withTable(joinTable(described, table, { key }), plateMap);
  }
  if (annotations !== undefined && on !== undefined) {
    const fits = (header: readonly string[]) => on.every((name) => findColumn(header, name) !== undefined);
    const wanted = { what: 'a table of annotations', option: 'annotations' };
    const table = await readTable(annotations, files, { fits, wanted });
    described = withTable(joinTable(described, table, { key: keyOf(on, { screen: described, table }) }), annotations);
  }
  return described;
}

function withTable<Described extends { readonly tables?: readonly string[] }>(screen: Described, table: string) {
  return screen.tables === undefined ? screen : { ...screen, tables: [...screen.tables, table] };
}

/** The key of columns that both have, named as `findColumn` has it. */
function keyOf(on: readonly string[], { screen, table }: { screen: DescribedFields; table: Table }): JoinKey {
  const option = 'on';
  const parts = on.map((name) => {
    const own = requireColumn(screen, name, { option });
    const other = requireColumn({ source: table.file, columns: table.columns }, name, { option });
    return { name, own, index: table.columns.indexOf(other) };
  });
  return {
    name: on.join(', '),
    option: `on ${on.join(',')}`,
    ofField: (metadata) => parts.map(({ name, own }) => comparableCell(name, metadata[own] ?? '')),
    ofRow: (cells) => parts.map(({ name, index }) => comparableCell(name, cells[index]!)),
    columns: new Set(parts.map(({ index }) => index)),
  };
}
