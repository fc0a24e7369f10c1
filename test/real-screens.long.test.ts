/** The whole way on real data, lightly: does every kind of screen pass, whatever is learned from it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { firstOfEach, type Row, readRows, writeRealTable } from './real-tables.ts';
import { milscope } from './run-milscope.ts';
import { describeWithSharedData } from './shared-data.ts';
import { temporaryFolder } from './temporary-folder.ts';

describeWithSharedData('real screens', (data) => {
  const folder = temporaryFolder();

  /** A table in the temporary folder whose images are in `images`, a folder of the shared data. */
  const writeTable = (name: string, images: string, rows: readonly Row[]) =>
    writeRealTable(join(folder, `${name}.csv`), join(data, images), rows);

  async function train(table: string, label: string, ...more: string[]): Promise<string> {
    const run = join(folder, `run of ${label}`);
    const argv = ['--label', label, '--out', run, '--epochs', '1', '--validation', '0', ...more];
    const { code, err } = await milscope('train', table, ...argv);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('all can be read') });
    return run;
  }

  it('BBBC021: 8-bit RGB, a replicate held out', async () => {
    const rows = await readRows(join(data, 'bbbc021/fields.csv'));
    // Two wells of four fields of every mechanism in both replicates.
    const some = firstOfEach(rows, 8, (row) => `${row.Metadata_MOA} ${row.Metadata_Replicate}`);
    const table = await writeTable('bbbc021', 'bbbc021', some);
    const run = await train(table, 'MOA', '--holdout', 'Metadata_Replicate=2', '--crop', '128');
    const metrics = JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8'));
    expect(metrics.images).toMatchObject({ n: 48, usedInTraining: 0 });
    expect(metrics.treatments.total).toBeGreaterThan(6);
    expect(metrics.confusion.classes).toHaveLength(6);
    for (const { correct } of Object.values<{ correct: number | null }>(metrics.baselines))
      expect(correct).not.toBeNull();
    const out = join(folder, 'all.csv');
    expect(await milscope('predict', join(run, 'model.onnx'), table, '--out', out)).toMatchObject({ code: 0 });
    const [predicted, held] = await Promise.all([readRows(out), readRows(join(run, 'predictions.csv'))]);
    expect(predicted).toHaveLength(96);
    const numbers = new Set(held.map((row) => row.ImageNumber));
    expect(predicted.filter((row) => numbers.has(row.ImageNumber))).toEqual(held);
  });

  it('FKHR: two channels in two files, fields of 640 pixels', async () => {
    const rows = await readRows(join(data, 'fkhr/fields.csv'));
    const table = await writeTable(
      'fkhr',
      'fkhr',
      rows.filter((row) => row.Metadata_Phenotype !== ''),
    );
    const run = await train(table, 'Phenotype', '--holdout', 'Series=Wortmannin', '--crop', '96');
    const held = await readRows(join(run, 'predictions.csv'));
    expect(held.length).toBeGreaterThan(4);
    expect(new Set(held.map((row) => row.Metadata_Series))).toEqual(new Set(['Wortmannin']));
    expect(Object.keys(held[0]!)).toEqual(
      expect.arrayContaining(['Intensity_MeanIntensity_GFP', 'Intensity_MeanIntensity_DNA']),
    );
  });

  it('FKHR: measured in cells, GFP is in the nuclei of one control and in the cytoplasm of the other', async () => {
    const rows = await readRows(join(data, 'fkhr/fields.csv'));
    const controls = ['negative', 'positive'].flatMap((control) =>
      rows.filter((row) => row.Metadata_Control === control).slice(0, 2),
    );
    const table = await writeTable('fkhr controls', 'fkhr', controls);
    const out = join(folder, 'fkhr profiles.csv');
    const argv = ['--nuclei-channel', 'DNA', '--out', out];
    expect(await milscope('profile', table, ...argv)).toMatchObject({ code: 0 });
    const ratios = (await readRows(out)).map(
      (row) => Number(row.Nuclei_Intensity_MeanIntensity_GFP) / Number(row.Cytoplasm_Intensity_MeanIntensity_GFP),
    );
    expect(Math.min(...ratios.slice(2))).toBeGreaterThan(1.2 * Math.max(...ratios.slice(0, 2)));
  });

  it('yeast: 16-bit grey PNGs of 1080 pixels', async () => {
    const rows = await readRows(join(data, 'yeast/fields.csv'));
    const table = await writeTable(
      'yeast',
      'yeast',
      rows.map((row, i) => ({ ...row, Metadata_Strain: `strain ${i}` })),
    );
    const run = await train(table, 'Strain', '--crop', '96', '--batch', '2');
    const out = join(folder, 'yeast predictions.csv');
    expect(await milscope('predict', join(run, 'model.onnx'), table, '--out', out)).toMatchObject({ code: 0 });
    const predicted = await readRows(out);
    expect(predicted).toHaveLength(2);
    // Read as 8 bits it would be below 1.
    expect(Number(predicted[0]!.Intensity_MeanIntensity_GFP)).toBeCloseTo(223.56692, 4);
  });

  it('RGB files of 8 and 16 bits, with and without compression; what is too small or of other channels is skipped', async () => {
    const names = ['color16.tif', 'color8-lzw.tif', 'tile_rgb_deflate.tif', 'palette.tif', 'grey8.tif'];
    const formats = await writeTable(
      'formats',
      'formats/tiff',
      names.map((name) => ({ FileName_Image: name })),
    );
    const out = join(folder, 'formats predictions.csv');
    const { code } = await milscope('predict', join(folder, 'run of MOA', 'model.onnx'), formats, '--out', out);
    expect(code).toBe(0);
    const predicted = await readRows(out);
    expect(predicted.map((row) => row.ImageNumber)).toEqual(['1', '2', '3']);
    const skipped = await readRows(join(folder, 'formats predictions.skipped.csv'));
    expect(skipped.map((row) => [row.ImageNumber, row.Error])).toEqual([
      ['4', 'TooSmall'],
      ['5', 'ChannelMismatch'],
    ]);
  });
});
