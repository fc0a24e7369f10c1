/** Tables that `predict --by` wrote: rows are wells or treatments, and no field. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { formatMetrics } from '../../evaluation/format.ts';
import { watchedHost } from '../testing/watched-host.ts';
import { evaluate } from './evaluate.ts';

const folder = temporaryFolder();
const run = join(folder, 'run');
const outputs = 'Metadata_Site_Count,MIL_Predicted,MIL_Probability_DMSO,MIL_Probability_taxol,MIL_Model';
const [dmso, taxol] = ['2,DMSO,0.75,0.25,f00', '2,taxol,0.25,0.75,f00'];

/** The figures, and what was said on the way. */
async function told(request: Parameters<typeof evaluate>[0]) {
  const { host } = await watchedHost();
  const events = [];
  for await (const event of evaluate({ ...request, report: false }, host)) {
    if (event.event === 'finished') return { metrics: event.result, events };
    events.push(event);
  }
  throw new Error('no figures');
}

async function written(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

const wells = (name: string, plate = 'P') =>
  written(name, [
    `Metadata_Plate,Metadata_Well,Metadata_Treatment,Metadata_MOA,${outputs}`,
    `${plate},A1,t,DMSO,${dmso}`,
    `${plate},A2,t,DMSO,${dmso}`,
    `${plate},A3,t,taxol,${dmso}`,
    `${plate},A4,t,taxol,${taxol}`,
    `${plate},A5,t,,${taxol}`,
  ]);

beforeAll(async () => {
  await mkdir(run);
  const field = (imageNumber: number, well: string, split: string) => {
    return { imageNumber, well: `P ${well}`, split, label: 'DMSO', batch: 'P', channelMeans: [5] };
  };
  // A well that was divided counts as trained on.
  const fields = [
    field(7, 'A01', 'train'),
    field(8, 'A01', 'test'),
    field(9, 'A02', 'validation'),
    field(1, 'A03', 'test'),
  ];
  await writeFile(join(run, 'run.json'), JSON.stringify({ fields }));
});

describe('a table by well', () => {
  it('says which wells have fields of the training, and counts wells', async () => {
    const { metrics, events } = await told({ predictions: await wells('p.by-well.csv'), label: 'MOA', run });
    expect(metrics).toMatchObject({
      unit: 'well',
      images: {
        ...{ n: 4, correct: 3, usedInTraining: 2, trainedOn: 1, unlabelled: 1 },
        of: '4 wells: 1 with fields that the model was trained on, 1 with fields that chose the epoch of the model, 2 that the run did not see',
      },
      notTrainedOn: { n: 2, correct: 1, of: '2 wells that the run did not see' },
    });
    expect(evaluate.result.parse(metrics)).toEqual(metrics);
    const text = formatMetrics(metrics).replaceAll(/\s+/g, ' ');
    expect(text).toContain('3 of 4 wells right: 0.750');
    expect(text).toContain("by Gaffke's method: 4 wells");
    expect(text).toContain('Beware: fields of 2 of these wells were used in training');
    expect(text).toContain('The honest figures are those of 2 wells that the run did not see: 1 of 2 right');
    expect(text).toContain('Class wells recall');
    expect(text).toContain('No treatments: wells with the same Metadata_Treatment differ in label');
    expect(text).not.toMatch(/\d fields right|Fields right|these fields|evaluated fields/);
    expect(events).toMatchObject([
      { event: 'noted', message: expect.stringContaining('by their plates and names alone') },
      { event: 'noted', message: expect.stringMatching(/^1 of 5 predicted wells has no label/) },
    ]);
  });

  it('of another plate was not trained on', async () => {
    const { metrics, events } = await told({ predictions: await wells('q.csv', 'Q'), label: 'MOA', run });
    expect(metrics.images).toMatchObject({ usedInTraining: 0, of: '4 wells that the run did not see' });
    expect(events).toHaveLength(1);
  });

  it('without the run says that it is not known, in wells', async () => {
    const { images } = (await told({ predictions: await wells('alone.csv'), label: 'MOA' })).metrics;
    expect(images).toMatchObject({
      usedInTraining: null,
      of: expect.stringMatching(/^4 wells; without the run, .* some of them$/),
    });
  });

  it('gets labels by well, and never by the number of a row', async () => {
    const predictions = await wells('joined.csv');
    const labels = await written('labels.csv', ['Well,Control', 'A1,DMSO', 'A2,DMSO', 'A4,taxol']);
    const { metrics: joined } = await told({ predictions, label: 'Control', labels });
    expect(joined).toMatchObject({ unit: 'well', images: { n: 3, correct: 3, unlabelled: 2 } });
    const numbers = await written('numbers.csv', [
      'ImageNumber,Control',
      '1,DMSO',
      '2,DMSO',
      '3,DMSO',
      '4,taxol',
      '5,taxol',
    ]);
    await expect(told({ predictions, label: 'Control', labels: numbers })).rejects.toThrow(
      /numbers.csv: the labels of wells cannot be found in this table .*expected Plate and Well/,
    );
  });
});

it('a table by treatment counts treatments, and does not claim to know its fields', async () => {
  const lines = ['Metadata_Treatment,Metadata_MOA', 'none,DMSO', 'drug,taxol', 'other,taxol'];
  const rows = [outputs, dmso, taxol, dmso];
  const predictions = await written(
    't.csv',
    lines.map((line, i) => `${line},${rows[i]}`),
  );
  const { metrics, events } = await told({ predictions, label: 'MOA', run });
  expect(metrics).toMatchObject({ unit: 'treatment', images: { n: 3, correct: 2, usedInTraining: null } });
  expect(metrics.images.of).toBe(
    '3 treatments; whether the model was trained on them is told only by the table of fields',
  );
  expect(metrics.baselines.majorityClass.how).toBe(
    'the most frequent class of the evaluated treatments (an upper bound)',
  );
  const text = formatMetrics(metrics);
  expect(text).toMatch(/^2 of 3 treatments right: 0.667/);
  expect(text.match(/treatments right/g)).toHaveLength(1);
  expect(text).toMatch(/by Gaffke's method: 3 treatments\n/);
  expect(events).toEqual([]);
});
