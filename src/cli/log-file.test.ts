import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MilscopeError } from '../errors.ts';
import { openLogFile } from './log-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'milscope-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const clock = { now: () => new Date(Date.UTC(2026, 10, 28, 14, 0, 5)) };
const TIME = '2026-11-28T14:00:05.000Z';
const about = { command: ['train', 'a b.csv'], version: '1.2.3' };
const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');
const lost = { imageNumber: 3, file: 'a.tif', tag: 'BadImage', message: 'a.tif: the file is empty.' } as const;

function tell(log: ReturnType<typeof openLogFile>): void {
  log.event({ event: 'began', task: 'training', total: 32, unit: 'fields', start: 8, fleeting: false });
  log.event({ event: 'progress', done: 16 });
  log.event({ event: 'warned', message: 'wells are unknown: see --plate-map' });
  log.event({ event: 'lost', field: lost });
  const losses = { loss: 8, correct: 12, fields: 16 };
  const epoch = { epoch: 2, training: losses, unit: 'fields', several: false, learningRate: 0.001 } as const;
  log.event({ event: 'epoch', ...epoch, validation: losses, best: true });
  log.event({ event: 'ended', text: 'all done' });
  log.failed(new MilscopeError('BadOption', { option: 'crop', problem: 'too small' }));
}

describe('a log', () => {
  it('has a line with the time for every message, and none for progress', () => {
    const path = join(folder, 'new', 'deep', 'log.txt');
    tell(openLogFile(path, { format: 'text', ...about }, clock));
    expect(linesOf(path)).toEqual(
      [
        'milscope 1.2.3: milscope train a b.csv',
        'training: 32 fields, from 8 on',
        'warning: wells are unknown: see --plate-map',
        'left out: a.tif: the file is empty.',
        'epoch 2: training: loss 0.500, 12 of 16 fields right; validation: loss 0.500, 12 of 16 fields right, the best so far',
        'done with it: all done',
        'failed: --crop: too small.',
      ].map((text) => `${TIME}  ${text}`),
    );
  });

  it('is one JSON document a line where that is asked for', () => {
    const path = join(folder, 'log.jsonl');
    tell(openLogFile(path, { format: 'json', ...about }, clock));
    const documents = linesOf(path).map((line) => JSON.parse(line));
    expect(documents.map(({ event }) => event)).toEqual([
      'started',
      'began',
      'warned',
      'lost',
      'epoch',
      'ended',
      'failed',
    ]);
    expect(documents.every(({ time }) => time === TIME)).toBe(true);
    expect(documents[2]).toEqual({ time: TIME, event: 'warned', message: 'wells are unknown: see --plate-map' });
    expect(documents[3].field).toEqual(lost);
    expect(documents.at(-1)).toMatchObject({ tag: 'BadOption', message: '--crop: too small.' });
  });

  it('keeps what the file has already', () => {
    const path = join(folder, 'kept.txt');
    openLogFile(path, { format: 'text', ...about }, clock).event({ event: 'noted', message: 'first' });
    openLogFile(path, { format: 'text', ...about }, clock).event({ event: 'finished', result: undefined });
    expect(linesOf(path).map((line) => line.slice(TIME.length + 2))).toEqual([
      'milscope 1.2.3: milscope train a b.csv',
      'first',
      'milscope 1.2.3: milscope train a b.csv',
      'finished',
    ]);
  });

  it.each(['/proc/none/log.txt', folder])('that cannot be written is said before any work: %s', (path) => {
    expect(() => openLogFile(path, { format: 'text', ...about }, clock)).toThrow(
      expect.objectContaining({ tag: 'CannotWrite', message: expect.stringContaining('the log cannot be written') }),
    );
  });
});
