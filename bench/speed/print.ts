import type { Row } from './pairs.ts';

const WIDTHS = [17, 10, 10, 12, 9, 13, 30];

/** The head of the table that {@link formatRow} fills. */
export const HEAD = line(['work', 'unit', 'milscope', 'PyTorch', 'ratio', 'range', '  PyTorch was given']);

/** A row in a line, and a second one with what else is known. */
export function formatRow(row: Row): string {
  const { ours, theirs, ratio, low, high, unit, precision, memory, note, missing } = row;
  const range = low === null || high === null ? '–' : `${low.toFixed(2)}–${high.toFixed(2)}`;
  const given = [precision, `memory ${memory}`, note, missing].filter((text) => text !== undefined).join(', ');
  const figures = [number(ours, unit), number(theirs, unit), ratio === null ? '–' : ratio.toFixed(2), range];
  return `${line([row.work, unit, ...figures, `  ${given}`])}${details(row)}`;
}

function details(row: Row): string {
  const { faultsOf, pageFaults, peakBytes, theirPeakBytes, passes, theirPasses } = row;
  const both = (mine: unknown, other: unknown) => (other === undefined ? `${mine}` : `${mine} and ${other}`);
  const gigabytes = (bytes: unknown) => (typeof bytes === 'number' ? (bytes / 1e9).toFixed(2) : undefined);
  const rounded = (value: unknown) => (typeof value === 'number' ? value.toFixed(2) : undefined);
  const thousandths = (value: unknown) => (typeof value === 'number' ? value.toFixed(3) : undefined);
  const texts = [
    row.plan !== undefined && `plan ${row.plan}`,
    row.ourMicroBatch !== undefined && `micro-batch ${both(row.ourMicroBatch, row.microBatch)}`,
    row.ourMicroBatch === undefined && row.microBatch !== undefined && `its micro-batch ${row.microBatch}`,
    row.loaderWorkers !== undefined && `loader workers ${row.loaderWorkers}`,
    pageFaults !== undefined && `page faults of ${faultsOf} ${both(whole(pageFaults), whole(row.theirPageFaults))}`,
    `peak GB ${both(gigabytes(peakBytes), gigabytes(theirPeakBytes))}`,
    passes !== undefined && `forward passes ${both(rounded(passes), rounded(theirPasses))}`,
    row.later !== undefined && `last epoch ${both(thousandths(row.later), thousandths(row.theirLater))}`,
    row.arrived !== undefined && `arrived ${both(row.arrived, row.theirArrived)}`,
  ];
  return `    ${texts.filter((text) => text !== false).join('; ')}\n`;
}

const whole = (value: unknown) => (typeof value === 'number' ? Math.round(value) : undefined);

function number(value: number | null, unit: string): string {
  if (value === null) return '–';
  if (unit === 'bytes') return `${(value / 1e9).toFixed(2)}e9`;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function line(texts: readonly string[]): string {
  const padded = texts.map((text, i) => (i < 2 ? text.padEnd(WIDTHS[i]!) : text.padStart(WIDTHS[i]!)));
  return `${[...padded.slice(0, -1), texts.at(-1)].join('')}\n`;
}
