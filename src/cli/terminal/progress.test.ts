import { describe, expect, it } from 'vitest';
import { createProgress } from './progress.ts';

function watch({ width, total = 100, fleeting = false }: { width?: number; total?: number; fleeting?: boolean } = {}) {
  let time = 5_000;
  const written: string[] = [];
  const console = {
    err: (text: string) => void written.push(text),
    terminal: width === undefined ? undefined : { width },
  };
  const progress = createProgress(console, { label: 'training', total, unit: 'fields', fleeting, now: () => time });
  const pass = (ms: number) => {
    time += ms;
  };
  return { progress, written, pass };
}

describe('createProgress away from a terminal', () => {
  it('writes a line at the start, every tenth, every ten seconds and at the end', () => {
    const { progress, written, pass } = watch();
    for (let done = 1; done <= 100; done++) {
      pass(200);
      progress.update(done, `loss ${(1 / done).toFixed(2)}`);
    }
    progress.finish('accuracy 0.94');
    expect(written.length).toBe(12);
    expect(written[0]).toBe('training: 0 of 100 fields\n');
    expect(written[1]).toBe('training: 10 of 100 fields, 5.0 fields/s, 18 s left  loss 0.10\n');
    expect(written.at(-1)).toBe('training: 100 fields in 20 s, 5.0 fields/s  accuracy 0.94\n');
  });

  it('stays quiet during fast work and speaks during slow work', () => {
    const fast = watch();
    for (let done = 1; done <= 100; done++) {
      fast.pass(1);
      fast.progress.update(done);
    }
    expect(fast.written.length).toBe(1);
    const slow = watch({ total: 1000 });
    slow.pass(9_999);
    slow.progress.update(1);
    expect(slow.written.length).toBe(1);
    slow.pass(1);
    slow.progress.update(1);
    expect(slow.written.length).toBe(2);
  });
});

describe('createProgress on a terminal', () => {
  it('redraws one line that fits, ten times a second at most, and leaves a last one', () => {
    const { progress, written, pass } = watch({ width: 72 });
    for (let done = 1; done <= 50; done++) {
      pass(20);
      progress.update(done, done < 50 ? 'a text far too long for such a narrow terminal' : '');
    }
    expect(written.length).toBe(11);
    for (const text of written) {
      expect(text.startsWith('\r\x1b[K')).toBe(true);
      expect(text.replace('\r\x1b[K', '').length).toBeLessThan(72);
      expect(text).not.toContain('\n');
    }
    expect(written.at(-1)).toContain('[=====     ]  50 of 100 fields, 50.0 fields/s, 1 s left');
    progress.finish('stopped');
    expect(written.at(-1)).toBe('\r\x1b[Ktraining: 50 of 100 fields in 1 s, 50.0 fields/s  stopped\n');
  });

  it('puts a note on a line of its own and the bar below it', () => {
    const { progress, written } = watch({ width: 80 });
    progress.note('epoch 1: loss 1.7');
    expect(written.slice(1).join('')).toContain('\r\x1b[Kepoch 1: loss 1.7\n\r\x1b[Ktraining  [');
  });
});

describe('createProgress of what is fleeting', () => {
  it('is a bar on a terminal that goes, without notes', () => {
    const { progress, written, pass } = watch({ width: 80, fleeting: true });
    pass(200);
    progress.update(50);
    progress.note('epoch 1');
    progress.finish('accuracy 0.94');
    expect(written.slice(0, 2).every((text) => text.includes('training  ['))).toBe(true);
    expect(written.slice(2)).toEqual(['\r\x1b[K']);
  });

  it('is silent elsewhere', () => {
    const { progress, written, pass } = watch({ fleeting: true });
    pass(20_000);
    progress.update(50);
    progress.note('epoch 1');
    progress.finish();
    expect(written).toEqual([]);
  });
});

describe('createProgress of amounts', () => {
  it('writes them as it is told to', () => {
    const written: string[] = [];
    let time = 0;
    const console = { err: (text: string) => void written.push(text), terminal: undefined };
    const amount = (bytes: number) => `${bytes / 1000} kB`;
    const progress = createProgress(console, {
      label: 'fetching',
      total: 9000,
      unit: 'bytes',
      amount,
      now: () => time,
    });
    time = 10_000;
    progress.update(5000);
    progress.finish();
    progress.update(9000);
    progress.finish('2 plates');
    expect(written).toEqual([
      'fetching: 0 kB of 9 kB\n',
      'fetching: 5 kB of 9 kB, 0.5 kB/s, 8 s left\n',
      'fetching: 5 kB of 9 kB in 10 s, 0.5 kB/s\n',
      'fetching: 9 kB in 10 s, 0.9 kB/s  2 plates\n',
    ]);
  });
});

describe('createProgress of units that do not take equally long', () => {
  it('says the time left by the share of the work, and draws it', () => {
    const away = watch();
    away.pass(10_000);
    away.progress.update(50, '', 0.25);
    expect(away.written.at(-1)).toBe('training: 50 of 100 fields, 5.0 fields/s, 30 s left\n');
    const { progress, written, pass } = watch({ width: 100 });
    pass(10_000);
    progress.update(50, '', 0.25);
    expect(written.at(-1)).toContain('[=====               ]  50 of 100 fields, 5.0 fields/s, 30 s left');
  });

  it('leaves the share that was done before a resume out', () => {
    const written: string[] = [];
    let time = 0;
    const progress = createProgress(
      { err: (text) => void written.push(text), terminal: undefined },
      { label: 'training', total: 100, unit: 'fields', start: 50, startShare: 0.2, now: () => time },
    );
    time = 10_000;
    progress.update(60, '', 0.4);
    expect(written.at(-1)).toBe('training: 60 of 100 fields, 1.0 fields/s, 30 s left\n');
  });
});

describe('createProgress after a resume', () => {
  it('leaves what was done before out of the rate', () => {
    const written: string[] = [];
    let time = 0;
    const progress = createProgress(
      { err: (text) => void written.push(text), terminal: undefined },
      { label: 'predicting', total: 1000, unit: 'fields', start: 900, now: () => time },
    );
    time = 10_000;
    progress.update(950);
    expect(written.at(-1)).toBe('predicting: 950 of 1000 fields, 5.0 fields/s, 10 s left\n');
  });
});
