import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { nodeFiles } from '../files/node-files.ts';
import { formatPredictionHeader, formatPredictions, type PredictionRow } from './prediction-table.ts';
import { readPredictions } from './read-predictions.ts';
import { labelsAbove } from './thresholds.ts';

const folder = temporaryFolder();
let count = 0;

async function file(text: string): Promise<string> {
  const path = join(folder, `${count++}.csv`);
  await writeFile(path, text);
  return path;
}

const header = 'Metadata_Well,ImageNumber,MIL_Predicted,MIL_Probability_a,MIL_Probability_b,MIL_Model\n';
const read = async (text: string) => readPredictions(await file(text), nodeFiles);

describe('readPredictions', () => {
  it('gives back what was written, number for number', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((value) => value.trim());
    const classNames = fc.uniqueArray(
      text.filter((name) => name !== ''),
      { minLength: 1, maxLength: 4, selector: (name) => name.toLowerCase() },
    );
    const screens = classNames.chain((classes) =>
      fc.record({
        classes: fc.constant(classes),
        fields: fc.array(
          fc.record({
            well: text,
            probability: fc.array(fc.float({ min: 0, max: 1, noNaN: true }), {
              minLength: classes.length,
              maxLength: classes.length,
            }),
            mean: fc.float({ min: 0, max: 65535, noNaN: true }),
          }),
          { minLength: 1, maxLength: 5 },
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(screens, async ({ classes, fields }) => {
        const rows = fields.map(({ well, probability, mean }, i): PredictionRow => {
          const values = Float32Array.from(probability);
          return {
            imageNumber: i + 1,
            metadata: { Metadata_Well: well },
            predicted: classes[values.indexOf(Math.max(...values))]!,
            probability: values,
            bag: Float32Array.from(values, (value) => value / 2),
            model: 'f00',
            channelMeans: Float32Array.of(mean),
          };
        });
        const columns = { metadata: ['Metadata_Well'], classes, channels: ['Image:0'] };
        const table = await read(formatPredictionHeader(columns) + formatPredictions(rows, columns));
        expect(table).toMatchObject(columns);
        expect(table.rows).toEqual(rows);
      }),
      { numRuns: 40 },
    );
  });

  it('gives back several labels a field, which no rounding of thresholds changes', async () => {
    const classes = ['a', 'b', 'c'];
    const probabilities = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 });
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(probabilities, { minLength: 1, maxLength: 5 }), shares, async (fields, drawn) => {
        // A threshold that is a probability of the first field is the hardest case.
        const thresholds = drawn.map((share, k) => (k === 0 ? fields[0]![0]! : share));
        const rows = fields.map((values, i): PredictionRow => {
          const probability = Float32Array.from(values);
          const predicted = labelsAbove(probability, { classes, thresholds });
          const metadata = { Metadata_Well: 'A01' };
          return {
            imageNumber: i + 1,
            metadata,
            predicted,
            probability,
            bag: probability,
            model: 'f',
            channelMeans: Float32Array.of(7),
          };
        });
        const columns = { metadata: ['Metadata_Well'], classes, channels: ['DNA'], thresholds };
        const table = await read(formatPredictionHeader(columns) + formatPredictions(rows, columns));
        expect(table).toMatchObject({ classes, thresholds: thresholds.map(Math.fround) });
        expect(table.rows).toEqual(rows);
      }),
      { numRuns: 40 },
    );
  });

  it('takes labels in any order, and works them out where there is no MIL_Predicted', async () => {
    const columns = 'MIL_Probability_a,MIL_Probability_b,MIL_Threshold_a,MIL_Threshold_b\n';
    const { rows, thresholds } = await read(`ImageNumber,MIL_Predicted,${columns}1, b | a,0.5,0.25,0.5,0.25\n`);
    expect(rows[0]!.predicted).toBe('a|b');
    expect(thresholds).toEqual([0.5, 0.25]);
    const bare = await read(`${columns}0.4,0.3,0.5,0.25\n0.4,0.2,0.5,0.25\n`);
    expect(bare.rows.map(({ predicted }) => predicted)).toEqual(['b', '']);
  });

  const several = 'ImageNumber,MIL_Predicted,MIL_Probability_a,MIL_Probability_b,MIL_Threshold_a,MIL_Threshold_b\n';
  it.each([
    [`${several}1,a,0.9,0.9,0.5,0.5\n`, 'row 2, column MIL_Predicted: the predicted labels are not those'],
    [`${several}1,a,0.9,0.9,0.5,0.5\n`, 'found a; expected a|b'],
    [`${several}1,a,0.4,0.4,0.5,0.5\n`, 'found a; expected an empty cell'],
    [`${several}1,,0.4,0.6,0.5,0.5\n`, 'found an empty cell; expected b'],
    [`${several}1,b,0.4,0.6,0.5,\n`, 'row 2, column MIL_Threshold_b: not a probability'],
    [`${several}1,b,0.4,0.6,0.5,0.5\n2,b,0.4,0.6,0.5,0.4\n`, 'row 3, column MIL_Threshold_: the thresholds are not'],
    [
      'MIL_Probability_a,MIL_Probability_b,MIL_Threshold_a\n1,1,1\n',
      'column MIL_Threshold_b: a class has no threshold',
    ],
  ])('refuses labels that do not follow from the numbers: %j', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it.each([
    ['\n', ''],
    ['\r\n', ''],
    ['\r', ''],
    ['\n', '\uFEFF'],
  ])('accepts line ends %j and the mark %j in front', async (end, mark) => {
    const { rows, metadata } = await read(
      `${mark}${header}A01,1,a,0.9,0.1,m\nA02,2,b,0.2,0.8,m\n`.replaceAll('\n', end),
    );
    expect(metadata).toEqual(['Metadata_Well']);
    expect(rows.map(({ predicted }) => predicted)).toEqual(['a', 'b']);
  });

  it('does without ImageNumber, MIL_Predicted, MIL_Bag and intensities', async () => {
    const { rows, channels } = await read('Well,mil_probability_a,MIL_Probability_b\nA01,0.25,0.75\n');
    expect(channels).toEqual([]);
    expect(rows[0]).toMatchObject({ imageNumber: 1, predicted: 'b', model: '', metadata: { Well: 'A01' } });
    expect(rows[0]!.channelMeans.length).toBe(0);
  });

  it.each([
    [
      'Metadata_Well,Metadata_MOA\nA01,x\n',
      'MissingColumn',
      'found Metadata_Well, Metadata_MOA; expected MIL_Probability_<class>',
    ],
    ['', 'EmptyTable', 'the table has no predictions'],
    [header, 'EmptyTable', 'the table has no predictions'],
    [
      `${header}A01,1,a,0.9,,m\n`,
      'BadTable',
      'row 2, column MIL_Probability_b: not a probability (found an empty cell)',
    ],
    [`${header}A01,1,a,0.9,nan,m\n`, 'BadTable', 'found nan'],
    [`${header}A01,1,a,1.5,0.1,m\n`, 'BadTable', 'column MIL_Probability_a: not a probability (found 1.5)'],
    [`${header}A01,1,a,0.1,0.9,m\n`, 'BadTable', 'not the one with the largest probability (found a; expected b)'],
    [`${header}A01,x,a,0.9,0.1,m\n`, 'BadTable', 'column ImageNumber: not a whole number (found x)'],
    [
      `${header}A01,1,a,0.9,0.1,m\nA01,1,a,0.9,0.1,m\n`,
      'DuplicateField',
      'row 3: the same field is predicted already in row 2',
    ],
    [`${header}A01,1,a,0.9\n`, 'BadTable', 'row 2, column MIL_Probability_b: the row has another number of cells'],
    [
      'ImageNumber,objectnumber,MIL_Predicted,MIL_Probability_a,MIL_Probability_b\n1,1,a,0.9,0.1\n',
      'BadTable',
      'column ObjectNumber: these are predictions of single cells (expected one row a field)',
    ],
  ])('refuses %j', async (text, tag, message) => {
    const path = await file(text);
    await expect(readPredictions(path, nodeFiles)).rejects.toMatchObject({
      tag,
      message: expect.stringContaining(message),
    });
    await expect(readPredictions(path, nodeFiles)).rejects.toThrow(path);
  });

  it.each<[string, Uint8Array]>([
    ['semicolons and decimal commas', Buffer.from(german())],
    ['what its first line says', Buffer.from(`sep=;\r\n${german()}`)],
    ['tabs, in UTF-16', Buffer.from(`\ufeff${german().replaceAll(';', '\t')}`, 'utf16le')],
    ['semicolons, in Windows-1252', Buffer.from(german(), 'latin1')],
  ])('reads tables with %s', async (_, bytes) => {
    const path = join(folder, `${count++}.csv`);
    await writeFile(path, bytes);
    const { classes, rows } = await readPredictions(path, nodeFiles);
    expect(classes).toEqual(['5 µM', 'b']);
    expect(
      rows.map(({ imageNumber, predicted, probability }) => [imageNumber, predicted, ...Array.from(probability)]),
    ).toEqual([
      [1, '5 µM', 0.75, 0.25],
      [2, 'b', 0, 1],
    ]);
  });

  it('says where a comma is why a cell is no probability', async () => {
    const row = `${header}A01,1,a,"0,9",0.1,m\n`;
    await expect(read(row)).rejects.toThrow('not a probability (found 0,9). Write numbers with a point');
  });

  function german(): string {
    return 'Metadata_Well;ImageNumber;MIL_Predicted;MIL_Probability_5 µM;MIL_Probability_b\r\nA01;1;5 µM;0,75;0,25\r\nA02;2;b;0;1\r\n';
  }

  it('says that a file is not there', async () => {
    await expect(readPredictions('/nowhere/p.csv', nodeFiles)).rejects.toMatchObject({ tag: 'MissingFile' });
  });
});
