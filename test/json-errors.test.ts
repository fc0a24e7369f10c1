/** With `--json` a program that calls milscope reads what went wrong as it reads a result: from standard output. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const missing = join(folder, 'model.onnx');

describe('a failing command with --json', () => {
  it('prints the error as a document: its tag, what it is about, and the message that people read', async () => {
    const { code, out, err } = await milscope('predict', missing, 'fields.csv', '--out', 'p.csv', '--json');
    expect(code).toBe(1);
    const { error } = JSON.parse(out);
    expect(error).toMatchObject({ tag: 'MissingFile', file: missing, problem: 'the model cannot be opened' });
    expect(err).toBe(`milscope: ${error.message}\n`);
  });

  it('names the option as the field of the request, and in sentences as it is typed', async () => {
    const predictions = join(folder, 'predictions.csv');
    await writeFile(predictions, '');
    const command = ['evaluate', predictions, '--label', 'MOA', '--plate-map', 'map.csv', '--json'];
    const { code, out, err } = await milscope(...command);
    expect(code).toBe(2);
    expect(JSON.parse(out).error).toMatchObject({
      tag: 'BadOption',
      option: 'plateMap',
      problem: 'this option needs --labels',
      message: expect.stringContaining('--plate-map: this option needs --labels'),
    });
    expect(err).toContain('--plate-map: this option needs --labels');
  });

  it('prints nothing on standard output without --json', async () => {
    const { code, out } = await milscope('segment', missing, 'fields.csv', '--out', join(folder, 'segmented'));
    expect({ code, out }).toEqual({ code: 1, out: '' });
  });
});
