import { summarizeTreatments } from '../data/treatments.ts';
import { byId, element, fill } from '../dom/element.ts';
import type { TableColumn } from '../dom/table-rows.ts';
import { virtualTable } from '../dom/virtual-table.ts';
import { share, whole } from '../words.ts';
import { chooseTreatment } from './choose-treatment.ts';
import { classChip, classCode } from './class-chip.ts';
import type { Report } from './report.ts';

/** Treatments with their replicates: what each is predicted as, and how many agree. */
export function treatmentTable(report: Report): void {
  const place = byId('treatments-by-replicate');
  if (place === null) return;
  const all = summarizeTreatments(report.table);
  if (all.length === 0) return;
  const rows = virtualTable({
    ...{
      id: 'treatments-table',
      label: 'Treatments by replicate',
      columns: treatmentColumns(report, all),
      rowHeight: 30,
    },
    open: (i) => chooseTreatment(report, all[i]!.name),
    isChosen: (i) => report.store.state().filters.treatment === all[i]!.name,
  });
  const note = element('p', { class: 'soft' }, describeAgreement(all));
  fill(place, note, rows.node);
  // Those that are wrong come first, then those whose replicates agree least.
  const order = all
    .map((_, i) => i)
    .sort((a, b) => Number(isWrong(all[b]!)) - Number(isWrong(all[a]!)) || ratio(all[a]!) - ratio(all[b]!));
  const draw = () => rows.setRows(order);
  report.onTheme(draw);
  report.store.watch(['filters'], rows.draw);
  draw();
}

type Summary = ReturnType<typeof summarizeTreatments>[number];

const isWrong = ({ truth, predicted }: Summary) => truth !== undefined && truth !== predicted;

function treatmentColumns(report: Report, all: readonly Summary[]): TableColumn[] {
  return [
    { title: 'Treatment', width: 180, grows: 1, cell: (i) => all[i]!.name, value: (i) => all[i]!.name },
    ...(report.table.hasTruth
      ? [
          {
            title: 'Truth',
            width: 190,
            grows: 0.6,
            cell: (i: number) => (all[i]!.truth === undefined ? '–' : classChip(report, all[i]!.truth)),
            value: (i: number) => report.data.classes[all[i]!.truth ?? -1] ?? '',
          },
        ]
      : []),
    {
      title: 'Predicted',
      width: 190,
      grows: 0.6,
      cell: (i) =>
        element('span', { class: isWrong(all[i]!) ? 'wrong-label' : undefined }, classChip(report, all[i]!.predicted)),
      value: (i) => report.data.classes[all[i]!.predicted]!,
    },
    {
      title: 'Probability',
      width: 96,
      numeric: true,
      cell: (i) => share(all[i]!.probability),
      value: (i) => all[i]!.probability,
    },
    {
      title: 'Agreement',
      width: 92,
      numeric: true,
      cell: (i) => `${all[i]!.agreeing} of ${all[i]!.replicates.length}`,
      value: (i) => all[i]!.agreeing / all[i]!.replicates.length,
    },
    { title: 'Replicates', width: 150, grows: 0.6, cell: (i) => replicateCodes(report, all[i]!) },
    {
      title: 'Fields',
      width: 70,
      numeric: true,
      cell: (i) => whole(all[i]!.rows.length),
      value: (i) => all[i]!.rows.length,
    },
  ];
}

function ratio({ agreeing, replicates }: Summary): number {
  return agreeing / replicates.length;
}

function describeAgreement(all: readonly Summary[]): string {
  const known = all.filter(({ truth }) => truth !== undefined);
  const right = known.filter(({ truth, predicted }) => truth === predicted).length;
  const whole = all.filter((one) => one.agreeing === one.replicates.length).length;
  const first = known.length === 0 ? '' : `${right} of ${known.length} treatments are right. `;
  return `${first}All replicates agree in ${whole} of ${all.length}. A click chooses the fields of a treatment.`;
}

function replicateCodes(report: Report, { replicates }: Summary): HTMLElement {
  return element(
    'span',
    { class: 'codes' },
    replicates.map(({ name, predicted, fields }) =>
      element(
        'span',
        { title: `${name || 'replicate'}: ${report.data.classes[predicted]}, ${fields} fields` },
        classCode(report, predicted),
      ),
    ),
  );
}
