import { readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/temporary-folder.ts';
import { packNumbers, unpackNumbers } from '../../../packed-numbers.ts';
import type { Field } from '../../../screen/screen.ts';
import { createNodeHost } from '../../node/node-host.ts';
import { openParts } from './open-parts.ts';
import { planParts } from './plan-parts.ts';

const folder = temporaryFolder();
const host = createNodeHost();

const fieldOf = (imageNumber: number, well?: string): Field => ({
  ...{ imageNumber, row: imageNumber + 1, sources: [] },
  metadata: well === undefined ? {} : { Metadata_Plate: 'P', Metadata_Well: well },
});
const fields = ['A1', 'B1', 'A01', 'B01'].map((well, i) => fieldOf(i + 1, well));
const identity = { command: 'predict', milscope: '1', inputs: {}, options: {} };
const open = (name: string, resume: boolean, more: { given?: () => string } = {}) =>
  openParts<{ value: number }>({ folder: join(folder, name), identity, fields, resume, ...more }, host);

async function fill(name: string): Promise<void> {
  const parts = await open(name, false);
  for (const field of parts.todo) {
    for (const more of [0, 0.5]) await parts.write(field, { value: field.imageNumber + more });
    await parts.end(field);
  }
}

it('numbers come back bit for bit, whatever they are', () => {
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, -0, 1 / 3, 5e-324];
  const long = Float32Array.from({ length: 20_001 }, (_, i) => Math.sin(i));
  for (const values of [Float32Array.from(odd), Float64Array.from(odd), Int32Array.of(-1, 2 ** 31 - 1), long]) {
    expect(unpackNumbers(JSON.parse(JSON.stringify(packNumbers(values.subarray(1)))))).toEqual(values.subarray(1));
  }
  expect(unpackNumbers(packNumbers([0.1]))).toEqual(Float64Array.of(0.1));
});

it('parts are wells in the order of their first fields, large ones divided, and fields without wells in groups', () => {
  expect(planParts(fields).map(({ name, fields: own }) => [name, own.map((field) => field.imageNumber)])).toEqual([
    ['P A01', [1, 3]],
    ['P B01', [2, 4]],
  ]);
  const loose = planParts(Array.from({ length: 17 }, (_, i) => fieldOf(i + 1)));
  expect(loose.map(({ name }) => name)).toEqual(['fields 1 to 16', 'field 17']);
  const many = planParts(Array.from({ length: 65 }, (_, i) => fieldOf(i + 1, 'A01')));
  expect(many.map(({ fields: own }) => own.length)).toEqual([64, 1]);
});

describe('parts', () => {
  it('give back what was kept in the order of the screen, although wells take turns in it', async () => {
    await fill('order');
    const parts = await open('order', true);
    expect(parts.todo).toEqual([]);
    expect(parts.whole()).toEqual({ fields: 4, entries: 8 });
    const values = [];
    for await (const { entry } of parts.read()) values.push(entry.value);
    expect(values).toEqual([1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5]);
  });

  it('that are cut short, or were made from something else, are made again', async () => {
    await fill('cut');
    const path = join(folder, 'cut', 'parts', '000001.jsonl');
    truncateSync(path, readFileSync(path).length - 3);
    const numbers = (all: readonly Field[]) => all.map(({ imageNumber }) => imageNumber);
    expect(numbers((await open('cut', true)).todo)).toEqual([1, 3]);
    expect(numbers((await open('cut', true, { given: () => 'another plate' })).todo)).toEqual([1, 3, 2, 4]);
  });
});
