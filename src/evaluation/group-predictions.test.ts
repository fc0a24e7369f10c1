import { describe, expect, it } from 'vitest';
import { formatHeader, formatRows } from '../tables/table-layout.ts';
import { groupPredictions } from './group-predictions.ts';
import type { PredictionColumns, PredictionRow } from './prediction-table.ts';

const columns: PredictionColumns = {
  metadata: ['Metadata_Plate', 'Metadata_Well', 'Metadata_Site', 'Compound', 'Metadata_Site_Count', 'ImageNumber'],
  classes: ['A', 'B'],
  channels: ['DNA'],
};

let made = 0;

function row(well: string, probability: readonly number[], more: Readonly<Record<string, string>> = {}): PredictionRow {
  const imageNumber = ++made;
  const own = { Metadata_Plate: 'P1', Metadata_Well: well, Metadata_Site: `${imageNumber}`, Compound: 'taxol' };
  return {
    imageNumber,
    metadata: { ...own, Metadata_Site_Count: '7', ImageNumber: `${imageNumber}`, ...more },
    ...{ predicted: 'A', probability, bag: probability.map((p) => p / 2), model: 'abc', channelMeans: [100] },
  };
}

const byWell = ({ metadata: { Metadata_Well: well } }: PredictionRow) => well || undefined;

/** The table as CSV, and how many fields are left out. */
function group(rows: readonly PredictionRow[], more: Partial<PredictionColumns> = {}, named = ['Metadata_Well']) {
  const gathered = groupPredictions({ ...columns, ...more }, { nameOf: byWell, named });
  for (const one of rows) gathered.add(one);
  const { groups, layout, leftOut } = gathered.finish();
  return { groups, leftOut, lines: (formatHeader(layout) + formatRows(groups, layout)).trimEnd().split('\n') };
}

describe('groupPredictions', () => {
  const rows = [
    row('B02', [0.75, 0.25]),
    row('A01', [0.5, 0.125]),
    row('B02', [0.25, 0.75]),
    row('B02', [0.375, 0.5]),
    row('', [1, 0]),
  ];

  it('predicts a group by the medians of its fields, in the order of their first fields, and counts the others', () => {
    const { groups, leftOut, lines } = group(rows);
    expect(leftOut).toBe(1);
    expect(groups.map(({ sites, predicted, probability, bag }) => ({ sites, predicted, probability, bag }))).toEqual([
      { sites: 3, predicted: 'B', probability: [0.375, 0.5], bag: [0.1875, 0.25] },
      { sites: 1, predicted: 'A', probability: [0.5, 0.125], bag: [0.25, 0.0625] },
    ]);
    // The site differs within a well, what CellProfiler counts is not carried, and the number of fields is ours.
    expect(lines).toEqual([
      'Metadata_Plate,Metadata_Well,Metadata_Compound,Metadata_Site_Count,MIL_Predicted,MIL_Probability_A,MIL_Probability_B,MIL_Bag_A,MIL_Bag_B,MIL_Model',
      'P1,B02,taxol,3,B,0.375,0.5,0.1875,0.25,abc',
      'P1,A01,taxol,1,A,0.5,0.125,0.25,0.0625,abc',
    ]);
  });

  it('leaves fields without cells out, where a group has others', () => {
    const empty = (well: string) => ({ ...row(well, [0.125, 0.875]), bag: [0, 0] });
    const { groups } = group([empty('A01'), row('A01', [0.75, 0.25]), empty('A01'), empty('A02'), empty('A02')]);
    expect(groups.map(({ sites, predicted, bag }) => ({ sites, predicted, bag }))).toEqual([
      { sites: 1, predicted: 'A', bag: [0.375, 0.125] },
      { sites: 2, predicted: 'B', bag: [0, 0] },
    ]);
  });

  it('gives every class that reaches its threshold', () => {
    const { groups, lines } = group(rows, { thresholds: [0.375, 0.5] });
    expect(groups.map(({ predicted }) => predicted)).toEqual(['A|B', 'A']);
    expect(lines[1]).toMatch(/,abc,0\.375,0\.5$/);
  });

  it('keeps a column that differs within groups where it is named, as the first field has it', () => {
    const differing = [row('A01', [1, 0], { Compound: 'dmso' }), row('A01', [1, 0]), row('A02', [1, 0])];
    expect(group(differing).lines[0]).not.toContain('Compound');
    expect(group(differing, {}, ['Metadata_Well', 'Metadata_Compound']).lines.slice(1)).toEqual([
      'P1,A01,dmso,2,A,1,0,0.5,0,abc',
      'P1,A02,taxol,1,A,1,0,0.5,0,abc',
    ]);
  });
});
