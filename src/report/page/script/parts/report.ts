import { classColours } from '../../../../pixels/class-colours.ts';
import type { PageData } from '../../page-data.ts';
import type { Theme } from '../data/colours.ts';
import { type FieldTable, readFieldTable } from '../data/field-table.ts';
import { type Layer, plateLayers } from '../data/layers.ts';
import { NO_FILTERS, selectRows } from '../data/selection.ts';
import { type Plate, readPlates } from '../data/wells.ts';
import { keepInPlace } from '../dom/keep-in-place.ts';
import { createTooltip, type Tooltip } from '../dom/tooltip.ts';
import { type Pictures, readPictures } from '../pictures/data-picture.ts';
import { readThumbnails, type Thumbnails } from '../pictures/sheets.ts';
import { createStore, type Store } from '../store.ts';

/** What the parts of the page share. */
export interface Report {
  readonly data: PageData;
  readonly table: FieldTable;
  readonly plates: readonly Plate[];
  readonly layers: readonly Layer[];
  readonly thumbnails: Thumbnails;
  readonly pictures: Pictures;
  readonly store: Store;
  readonly tooltip: Tooltip;
  /** Rows that pass the filters, ascending. */
  readonly chosenRows: () => Uint32Array;
  /** Of a class, as it can be seen in the present theme. */
  readonly classColour: (index: number) => string;
  readonly theme: () => Theme;
  /** Calls `draw` when the reader changes between light and dark. */
  readonly onTheme: (draw: () => void) => void;
  /** Shows a field (a row of the table) with its well. */
  readonly openField: (row: number) => void;
}

/** Unpacks the data of the page. */
export function readReport(data: PageData): Omit<Report, 'openField'> {
  const table = readFieldTable(data);
  const plates = readPlates(table, data.assay?.wells ?? []);
  const thumbnails = readThumbnails(data.sheets);
  const layers = plateLayers(table, plates, {
    scoring: data.assay?.scoring,
    pictures: thumbnails.count > 0,
    classes: data.classes.length,
  });
  const first = ['normalized', 'predicted', 'truth'].find((key) => layers.some((layer) => layer.key === key));
  const state = createStore({
    filters: NO_FILTERS,
    shownPlate: 0,
    layer: first ?? layers[0]?.key ?? '',
    well: null,
    confusionAs: 'counts',
  });
  const store: Store = { ...state, set: (change) => keepInPlace(() => state.set(change)) };
  const theme = () => (document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light');
  const colours = classColours(data.classes.length);
  let known = { filters: NO_FILTERS, rows: selectRows(table, NO_FILTERS) };
  return {
    data,
    table,
    plates,
    layers,
    thumbnails,
    pictures: readPictures(),
    store,
    tooltip: createTooltip(),
    chosenRows() {
      const { filters } = store.state();
      if (known.filters !== filters) known = { filters, rows: selectRows(table, filters) };
      return known.rows;
    },
    classColour: (index) => (theme() === 'dark' ? colours[index]?.onDark : colours[index]?.onLight) ?? '#888888',
    theme,
    onTheme: (draw) => document.addEventListener('themechange', draw),
  };
}
