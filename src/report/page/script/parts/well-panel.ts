import { columnOf, textOf } from '../data/field-table.ts';
import type { Well } from '../data/wells.ts';
import { element } from '../dom/element.ts';
import { columnTitle, figure, share } from '../words.ts';
import { classChips } from './class-chip.ts';
import { probabilityBars } from './probability-bars.ts';
import type { Report } from './report.ts';

/** Side of the picture of a field (CSS pixels). */
const PICTURE = 148;

/** Everything about a well: its fields with pictures, their probabilities, and metadata. */
export function wellPanel(report: Report, well: Well, focused?: number): HTMLElement {
  const { table } = report;
  return element(
    'div',
    { class: 'well-panel' },
    element('h4', {}, [well.well && `Well ${well.well}`, well.plate].filter(Boolean).join(', ')),
    scoreOf(report, well),
    well.rows.length > 0 &&
      element(
        'div',
        { class: 'sites' },
        well.rows.map((row) => siteFigure(report, row, row === focused)),
      ),
    well.rows.length > 0 &&
      table.probabilities.some((column) => column !== undefined) &&
      probabilityBars(report, well.rows),
    metadataList(report, well.rows),
  );
}

function scoreOf({ data }: Report, { scored }: Well): HTMLElement | null {
  if (scored === undefined) return null;
  const parts = [
    scored.role === 'sample' ? '' : `${scored.role} control`,
    `score ${figure(scored.score)}`,
    scored.normalized === null ? '' : `against controls ${figure(scored.normalized)}`,
    scored.cells === null ? '' : `${figure(scored.cells)} cells${scored.fewCells ? ' (few)' : ''}`,
  ];
  return element('p', { class: 'soft', title: data.assay?.scoring.words }, parts.filter(Boolean).join('; '));
}

/** A field with its picture, truth and prediction. */
function siteFigure(report: Report, row: number, focused: boolean): HTMLElement {
  const { table, thumbnails, data } = report;
  const site = textOf(columnOf(table, 'site'), row);
  const name = site === '' ? `${data.unit} ${textOf(columnOf(table, 'imageNumber'), row) || row + 1}` : `Site ${site}`;
  const [truth, predicted] = [table.truth(row), table.predicted(row)];
  const wrong = truth.length > 0 && table.hasPrediction && truth.join() !== predicted.join();
  const thumbnail = table.thumbnail(row);
  const words = `${name}: ${predicted.map((k) => data.classes[k]).join(', ')}`;
  return element(
    'figure',
    { class: `site${focused ? ' focused' : ''}${wrong ? ' wrong' : ''}` },
    thumbnail >= 0
      ? thumbnails.tile(thumbnail, { side: PICTURE, label: words })
      : thumbnails.count > 0 && element('div', { class: 'tile missing' }, 'no picture'),
    element(
      'figcaption',
      {},
      element('b', {}, name),
      table.hasPrediction &&
        element(
          'div',
          {},
          classChips(report, predicted),
          ' ',
          element('span', { class: 'value' }, share(table.confidence[row])),
        ),
      wrong && element('div', { class: 'truth' }, 'truth ', classChips(report, truth)),
    ),
  );
}

/** Metadata and numbers of the fields: what all share once, what differs for each. */
function metadataList({ table }: Report, rows: readonly number[]): HTMLElement {
  const hidden = new Set(['plate', 'well', 'site', 'probability', 'predicted', 'thumbnail', 'mapX', 'mapY']);
  const columns = table.columns.filter(({ role }) => !hidden.has(role));
  return element(
    'dl',
    { class: 'metadata' },
    columns.flatMap((column) => {
      const texts = rows.map((row) => {
        const text = textOf(column, row);
        return 'numbers' in column && column.role !== 'imageNumber' && text !== '' ? figure(Number(text)) : text;
      });
      const distinct = [...new Set(texts)];
      if (distinct.every((text) => text === '')) return [];
      const title =
        'numbers' in column && column.role === 'channelMean' ? `Mean ${column.of}` : columnTitle(column.name);
      return [element('dt', {}, title), element('dd', {}, distinct.length === 1 ? distinct[0] : texts.join(', '))];
    }),
  );
}
