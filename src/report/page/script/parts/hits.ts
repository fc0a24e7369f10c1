import type { PageData } from '../../page-data.ts';
import { byId, element, fill } from '../dom/element.ts';
import type { TableColumn } from '../dom/table-rows.ts';
import { virtualTable } from '../dom/virtual-table.ts';
import { figure } from '../words.ts';
import { chooseTreatment } from './choose-treatment.ts';
import type { Report } from './report.ts';

/** Treatments against the negative controls, hits first, then by their p; a row chooses the fields of its treatment. */
export function hitTable(report: Report): void {
  const { data, table, store } = report;
  const place = byId('hits');
  const hits = data.assay?.hits ?? [];
  if (place === null || hits.length === 0) return;
  const rows = virtualTable({
    id: 'hits-table',
    label: 'Treatments against the negative controls',
    columns: hitColumns(hits),
    rowHeight: 30,
    ...(table.rows > 0 && {
      open: (i) => chooseTreatment(report, hits[i]!.treatment),
      isChosen: (i) => store.state().filters.treatment === hits[i]!.treatment,
    }),
  });
  fill(place, rows.node);
  store.watch(['filters'], rows.draw);
  const order = hits.map((_, i) => i);
  rows.setRows(
    order.sort((a, b) => Number(hits[b]!.hit) - Number(hits[a]!.hit) || (hits[a]!.p ?? 2) - (hits[b]!.p ?? 2)),
  );
}

function hitColumns(hits: NonNullable<PageData['assay']>['hits']): TableColumn[] {
  const number = (title: string, width: number, of: (i: number) => number | null, digits = figure): TableColumn => ({
    title,
    width,
    numeric: true,
    cell: (i) => digits(of(i)),
    value: (i) => of(i) ?? Number.NaN,
  });
  return [
    {
      title: 'Hit',
      width: 54,
      cell: (i) => (hits[i]!.hit ? element('b', { class: 'hit' }, 'hit') : element('span', { class: 'soft' }, '–')),
      value: (i) => Number(hits[i]!.hit),
      largestFirst: true,
    },
    { title: 'Treatment', width: 200, grows: 1, cell: (i) => hits[i]!.treatment, value: (i) => hits[i]!.treatment },
    {
      ...number('Effect', 76, (i) => hits[i]!.effect),
      largestFirst: true,
    },
    {
      title: '95 % interval',
      width: 120,
      numeric: true,
      cell: (i) => (hits[i]!.low === null ? '–' : `${figure(hits[i]!.low)} to ${figure(hits[i]!.high)}`),
    },
    number('p', 82, (i) => hits[i]!.p, probability),
    number('q', 80, (i) => hits[i]!.q, probability),
    {
      title: 'Replicates above',
      width: 128,
      numeric: true,
      cell: (i) => `${hits[i]!.above} of ${hits[i]!.wells}`,
      value: (i) => hits[i]!.above / hits[i]!.wells,
      largestFirst: true,
    },
    number('Plates', 66, (i) => hits[i]!.plates),
    number('Negatives', 88, (i) => hits[i]!.negatives),
    ...(hits.some(({ cellShare }) => cellShare !== null)
      ? [
          number(
            'Cells, share',
            100,
            (i) => hits[i]!.cellShare,
            (value) => figure(value),
          ),
        ]
      : []),
    { title: 'Note', width: 260, grows: 1, cell: (i) => hits[i]!.reason ?? '', value: (i) => hits[i]!.reason ?? '' },
  ];
}

function probability(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return value < 0.001 ? value.toExponential(1) : value.toFixed(4);
}
