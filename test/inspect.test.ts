import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { rowsOf, simulateFaultyScreen, writeRows } from './faulty-screen.ts';
import { milscope } from './run-milscope.ts';
import { describeWithSharedData } from './shared-data.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();

interface Found {
  readonly fields: Readonly<Record<string, number>>;
  readonly flags: Readonly<Record<string, number>>;
  readonly flagged: readonly { imageNumber: number; flags: readonly { kind: string }[] }[];
  readonly channels: readonly { bitsUsed: number; bitDepths: Record<string, number> }[];
  readonly layout: { incomplete: readonly { plate: string; well: string; missing: readonly string[] }[] };
  readonly classes: { batches: readonly { column: string; accuracy: number; tells: boolean }[] };
  readonly split: { dividedWells: readonly string[]; leaks: readonly string[] };
  readonly advice: readonly { problem: string; serious: boolean }[];
}

async function inspect(...argv: string[]): Promise<Found> {
  const { code, out, err } = await milscope('inspect', ...argv, '--json');
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

const kindsOf = ({ flagged }: Found) =>
  new Map(flagged.map(({ imageNumber, flags }) => [imageNumber, [...new Set(flags.map(({ kind }) => kind))]]));

describe('milscope inspect, of a screen with faults', () => {
  let faulty: Awaited<ReturnType<typeof simulateFaultyScreen>>;
  let page: string;
  beforeAll(async () => {
    faulty = await simulateFaultyScreen(join(folder, 'faulty'));
    page = join(folder, 'report', 'page.html');
  });

  it('finds each of them, and nothing else', async () => {
    const found = await inspect(faulty.table, '--label', 'Phenotype', '--holdout', 'Replicate=2', '--out', page);
    expect(kindsOf(found)).toEqual(faulty.faults);
    expect(found.fields).toEqual({ total: 47, readable: 46, unreadable: 1, good: 38, flagged: 9 });
    expect(found.flags).toMatchObject({ unreadable: 1, saturated: 1, empty: 1, blurred: 1, duplicate: 2 });
    expect(found.flags).toMatchObject({
      'same channels': 1,
      'other size': 1,
      'other bit depth': 1,
      'blank channel': 0,
    });
    expect(found.layout.incomplete.map(({ plate, well, missing }) => [`${plate} ${well}`, missing])).toEqual([
      [faulty.missing, ['2']],
    ]);
    expect(found.channels.map(({ bitDepths }) => bitDepths)).toEqual([{ 16: 46 }, { 8: 1, 16: 45 }, { 16: 46 }]);
    expect(found.split).toMatchObject({ dividedWells: [], leaks: [] });
  });

  it('writes a page that needs no other file', async () => {
    const html = await readFile(page, 'utf8');
    const pictures = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, target]) => target!);
    // Two plates, the flagged fields that can be read, and those of them that are shown of their wells.
    const tiles = [...html.matchAll(/shown is site 2/g)].length;
    expect(tiles).toBeGreaterThan(0);
    expect(pictures).toHaveLength(2 + 8 + tiles);
    for (const target of pictures) {
      expect(target).toMatch(/^data:image\/webp;base64,/);
      expect(Buffer.from(target.split(',')[1]!, 'base64').subarray(8, 12).toString()).toBe('WEBP');
    }
    expect(html.replaceAll(/http:\/\/www\.w3\.org\/[\w/]*/g, '')).not.toMatch(/https?:|<script|@import|url\(/);
    for (const text of ['saturated', 'Plate1', 'Plate2', 'fine detail', 'fragmented nuclei'])
      expect(html).toContain(text);
  });

  it('writes a row for each field, and what could not be read', async () => {
    const rows = await rowsOf(page.replace('.html', '.csv'));
    expect(rows).toHaveLength(47);
    expect(rows[1]!.MIL_Flags).toBe('saturated:DNA|odd intensity:DNA');
    expect(Number(rows[1]!.ImageQuality_PercentMaximal_DNA)).toBeGreaterThan(1);
    expect(Number(rows[0]!.ImageQuality_PowerLogLogSlope_Actin)).toBeLessThan(0);
    expect(Number(rows[0]!.ImageQuality_FocusScore_DNA)).toBeGreaterThan(0);
    expect(rows[11]).toMatchObject({ MIL_Flags: 'unreadable', Intensity_MeanIntensity_DNA: '', Metadata_Well: 'A06' });
    expect(await readFile(page.replace('.html', '.skipped.csv'), 'utf8')).toMatch(/cut short/);
  });

  it('says it all in no more columns than a terminal has, and what to do', async () => {
    const { code, out } = await milscope('inspect', faulty.table, '--label', 'Phenotype');
    expect(code).toBe(0);
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
    expect(out).toContain('47 fields, 24 wells, 2 plates');
    expect(out).toMatch(/Plate1 A01, site 2 \(field 2\): saturated in DNA/);
    expect(out).toMatch(/What to do\n {2}1\. 1 field cannot be read/);
    expect(out).toContain('38 of 47 fields without a flag');
  });

  it('counts the control wells of every plate, on the terminal and on its page', async () => {
    const named = ['--control-column', 'Phenotype', '--negative', 'normal', '--positive', 'fragmented nuclei'];
    const own = join(folder, 'report', 'controls.html');
    const { code, out, err } = await milscope('inspect', faulty.table, ...named, '--out', own);
    expect(code, err).toBe(0);
    expect(out).toMatch(
      /Control wells of Phenotype\nPlate +negative: normal +positive: fragmented nuclei\nPlate1 +\d+ +\d+\nPlate2/,
    );
    expect(await readFile(own, 'utf8')).toMatch(/<h2>Control wells<\/h2>[\s\S]*Negative[\s\S]*Positive[\s\S]*Plate2/);
  });

  it('finds wells on both sides of a holdout, and pixels', async () => {
    const divided = await inspect(faulty.table, '--label', 'Phenotype', '--holdout', 'Site=2');
    expect(divided.split.dividedWells).toHaveLength(22);
    expect(divided.advice.some(({ problem, serious }) => serious && /divides 22 wells/.test(problem))).toBe(true);
    const leaking = await inspect(faulty.table, '--label', 'Phenotype', '--holdout', 'Well=A05');
    expect(leaking.split.leaks).toEqual(['Plate1 A05 (field 10)']);
  });

  it('finds labels that the plate gives away', async () => {
    const rows = await rowsOf(faulty.table);
    const told = rows.map((row) => ({ ...row, Metadata_Phenotype: row.Metadata_Plate === 'Plate1' ? 'A' : 'B' }));
    const table = await writeRows(join(folder, 'faulty', 'told.csv'), told);
    const { classes, advice } = await inspect(table, '--label', 'Phenotype');
    expect(classes.batches).toMatchObject([{ column: 'Metadata_Plate', accuracy: 1, tells: true }]);
    expect(advice.map(({ problem }) => problem)).toContain('A occurs only on plate Plate1');
  });

  it('replaces nothing, and takes no page of another kind', async () => {
    const again = await milscope('inspect', faulty.table, '--out', page);
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('there is such a file already')]);
    expect((await milscope('inspect', faulty.table, '--out', join(folder, 'page.pdf'))).code).toBe(2);
    const unknown = await milscope('inspect', faulty.table, '--label', 'Colour');
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('no such column')]);
  });

  it('says that not a single field can be read, and writes no page of nothing', async () => {
    const table = await changeTable(faulty.table, 'gone.csv', (lines) =>
      lines.map((line) => line.replaceAll('images/', 'gone/')),
    );
    const out = join(folder, 'gone.html');
    const { code, err } = await milscope('inspect', table, '--out', out);
    expect(code).toBe(1);
    expect(err).toMatch(/none of the 47 fields can be read \(found MissingFile in 47 of them, such as .+its folder/);
    expect(err).not.toMatch(/NaN|focus/);
    expect(existsSync(out)).toBe(false);
  });
});

describe('milscope inspect, of a screen without faults', () => {
  it('flags nothing', async () => {
    const table = await simulateTinyScreen(join(folder, 'clean'), {
      classes: 4,
      plates: 2,
      wells: 8,
      size: 192,
    });
    const found = await inspect(table, '--label', 'Phenotype', '--holdout', 'Replicate=2');
    expect(found.flagged).toEqual([]);
    expect(found.classes.batches.map(({ tells }) => tells)).toEqual([false]);
    // Simulated plates differ in light, as real ones do.
    expect(found.advice.filter(({ serious, problem }) => serious && !/^plates differ/.test(problem))).toEqual([]);
  });

  it('says that wells without cells are empty', async () => {
    const simulated = join(folder, 'empty');
    const argv = [
      '--classes',
      '2',
      '--plates',
      '1',
      '--wells',
      '10',
      '--sites',
      '2',
      '--size',
      '256',
      '--empty',
      '0.2',
    ];
    await milscope('simulate', simulated, ...argv);
    const rows = await rowsOf(join(simulated, 'fields.csv'));
    const empty = rows.filter((row) => row.Metadata_Phenotype === 'empty').map((row) => Number(row.ImageNumber));
    const found = await inspect(join(simulated, 'fields.csv'));
    expect(empty).toHaveLength(4);
    expect([...kindsOf(found)]).toEqual(empty.map((number) => [number, ['empty']]));
  });

  it('needs neither plates nor wells nor labels', async () => {
    const table = await simulateTinyScreen(join(folder, 'bare'), { plates: 1, wells: 4, size: 96 });
    const rows = (await rowsOf(table)).map(({ FileName_DNA }) => ({ FileName_DNA: FileName_DNA! }));
    const bare = await writeRows(join(folder, 'bare', 'bare.csv'), rows);
    const out = join(folder, 'bare.html');
    const found = await inspect(bare, '--out', out);
    expect(found.fields).toMatchObject({ total: 8, readable: 8 });
    expect(found.advice.map(({ problem }) => problem)).toContain('the table does not name the well of each field');
    expect(await readFile(out, 'utf8')).toContain('data:image/webp');
    await writeFile(out, 'old');
    await inspect(bare, '--out', out, '--overwrite');
    expect(await readFile(out, 'utf8')).not.toBe('old');
  });
});

describeWithSharedData('milscope inspect, on real screens', (data) => {
  it('sees the weeks of BBBC021 behind its mechanisms', async () => {
    const images = join(data, 'bbbc021', 'fields.csv');
    const rows = (await rowsOf(images)).filter(({ Metadata_Site }) => Metadata_Site === '1');
    const whole = rows.map((row) => ({ ...row, FileName_Image: join(data, 'bbbc021', row.FileName_Image!) }));
    const found = await inspect(await writeRows(join(folder, 'first sites.csv'), whole), '--label', 'MOA');
    expect(found.fields).toMatchObject({ total: 110, readable: 110, flagged: 0 });
    expect(found.classes.batches.map(({ column, tells }) => [column, tells])).toEqual([
      ['Metadata_Plate', true],
      ['Metadata_Batch', true],
    ]);
    expect(found.advice.map(({ problem }) => problem)).toContain('Cholesterol-lowering occurs only in batch Week9');
  });
});
