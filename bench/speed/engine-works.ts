/** The works of the engine alone: scripts of ours and of the peer on numbers in memory. */
import { compiledScript } from './build.ts';
import type { BenchOptions } from './options.ts';
import { type Arguments, type Memory, typed, type Variant } from './pytorch.ts';
import { runProcess } from './run-process.ts';
import { figuresOf, type Work } from './work.ts';

/** Works that need no file. */
export function engineWorks(options: BenchOptions): readonly Work[] {
  const { size, batch, repeats, cells, side } = options;
  const both: readonly Memory[] = ['kept', 'as it comes'];
  const fields = { ours: 'network', theirs: 'fields' };
  const ofCells = { ours: 'cells', theirs: 'cells' };
  const few = Math.min(batch, 8);
  const perSecond = (seconds: number) => 1 / seconds;
  return [
    work(options, { ...fields, work: 'step', args: { size, batch, repeats }, memories: both, faultsOf: 'a step' }),
    work(options, {
      ...fields,
      work: 'forward',
      args: { size, batch, repeats },
      memories: both,
      faultsOf: `${batch} fields`,
    }),
    work(options, { ...fields, work: 'forward-one', args: { size, repeats: 3 * repeats, batch: 1 }, unit: 's' }),
    {
      ...work(options, {
        ...ofCells,
        work: 'cells',
        args: { cells, side, repeats },
        unit: 'cells/s',
        faultsOf: `${cells} cells`,
        value: perSecond,
        offered: [16, 32, 64, 128],
      }),
      moreIsBetter: true,
    },
    work(options, {
      ...ofCells,
      work: 'cells-step',
      // As many cells as `milscope train --cells` has in a step.
      // Steps are short: they are watched once JavaScript is compiled.
      args: { side, batch: 8 * batch, repeats: 3 * repeats, 'warm-up': 6 },
      unit: 's/cell',
      faultsOf: 'a step',
      offered: [8, 16, 32, 64, 128],
    }),
    work(options, {
      ours: 'jacobian',
      theirs: 'fields',
      work: 'jacobian',
      args: { size, batch: few, repeats },
      faultsOf: `${few} fields`,
    }),
    memoryOfSteps(options),
  ];
}

interface Described {
  readonly work: Work['work'];
  /** Scripts. */
  readonly ours: string;
  readonly theirs: string;
  readonly args: Arguments;
  readonly memories?: readonly Memory[];
  readonly unit?: string;
  readonly faultsOf?: string;
  /** Micro-batches that the peer may choose from, where these are others than usual. */
  readonly offered?: readonly number[];
  readonly value?: (median: number) => number;
}

function work(options: BenchOptions, described: Described): Work {
  const { ours, theirs, args, memories = ['kept'], unit = 's/field', faultsOf, offered, value } = described;
  const asked = { work: described.work, ...args };
  return {
    work: described.work,
    unit,
    ...(faultsOf && { faultsOf }),
    variants: options.precisions.flatMap((precision) => memories.map((memory): Variant => ({ precision, memory }))),
    ours: async () => {
      // A script that has the name of its work does nothing else.
      const own = ours === described.work ? args : asked;
      return figuresOf(await runOurs(ours, { ...own, ...ownOptions(described.work, options) }), value);
    },
    theirs: async (_, variant, torch) => {
      const micro = await torch.bestMicroBatch(theirs, variant, asked, offered);
      return figuresOf(await torch.run(theirs, variant, { ...asked, 'micro-batch': micro }), value);
    },
  };
}

/** Options that only steps have. */
function ownOptions(name: Work['work'], { threads, microBatch, plan }: BenchOptions): Arguments {
  if (!name.endsWith('step')) return { threads };
  return { threads, plan, ...(microBatch && { 'micro-batch': microBatch }) };
}

/** Peak memory of a process that makes two steps. */
function memoryOfSteps(options: BenchOptions): Work {
  const { size, batch, precisions } = options;
  const args = { work: 'step', size, batch, repeats: 1 };
  let microBatch = 1;
  const notes = { same: 'the same micro-batch', best: 'its fastest micro-batch', one: 'one field at a time' };
  return {
    work: 'memory-step',
    unit: 'bytes',
    // Memory varies little.
    pairs: 2,
    variants: precisions.flatMap((precision): Variant[] => [
      { precision, memory: 'kept', note: notes.same },
      { precision, memory: 'as it comes', note: notes.same },
      { precision, memory: 'kept', note: notes.best },
      { precision, memory: 'as it comes', note: notes.one },
    ]),
    ours: async () => {
      const figures = figuresOf(await runOurs('network', { ...args, ...ownOptions('step', options) }));
      microBatch = figures.microBatch!;
      return { ...figures, value: figures.peakBytes };
    },
    theirs: async (_, variant, torch) => {
      const best = () => torch.bestMicroBatch('fields', variant, { ...args, repeats: options.repeats });
      const micro = variant.note === notes.same ? microBatch : variant.note === notes.one ? 1 : await best();
      const figures = figuresOf(await torch.run('fields', variant, { ...args, 'micro-batch': micro }));
      return { ...figures, value: figures.peakBytes };
    },
  };
}

function runOurs(script: string, args: Arguments) {
  return runProcess(process.execPath, [compiledScript(script), ...typed(args)]);
}
