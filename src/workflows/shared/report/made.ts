import type * as z from 'zod';
import type { MethodsOfModel, ModelFacts, UsedFacts } from '../../../evaluation/methods-of-model.ts';
import { methodsOfModel } from '../../../evaluation/methods-of-model.ts';
import { CELL_WINDOW } from '../../../network/cell-window.ts';
import type { ModelDescription } from '../../../network/model-file.ts';
import { hasPoolingCurve } from '../../../network/pooling/curve.ts';
import type { ReportDocument } from '../../../report/page/document.ts';
import { FIRST_DECAY, SECOND_DECAY } from '../../../training/adam.ts';
import { ALONE, FIRST_CROPS } from '../../../training/schedule.ts';
import type { Host } from '../../host.ts';
import { instancesOf, type RunRecord } from '../run-folder.ts';
import { typedCommand } from '../typed-command.ts';

type Made = ReportDocument['made'];

/** How a result was made, by a command that runs now. */
export function madeNow(
  {
    request,
    schema,
    hashes,
    facts,
  }: {
    readonly request: Readonly<Record<string, unknown>>;
    readonly schema: z.ZodObject;
    readonly hashes: Made['hashes'];
    /** What a methods section says; nothing where no model is at hand. */
    readonly facts: MethodsOfModel | undefined;
  },
  { about, clock, nameOption }: Pick<Host, 'about' | 'clock' | 'nameOption'>,
): Made {
  const { methods, references } = facts ? methodsOfModel(facts) : { methods: '', references: [] };
  return {
    command: commandOf(about.command),
    date: clock.now().toISOString(),
    versions: { ...about.versions },
    options: optionsOf(
      Object.keys(schema.shape).map((name) => [name, request[name]]),
      nameOption,
    ),
    ...{ hashes, methods, references },
  };
}

/** Words as they are typed again; empty where a program gave the request. */
export function commandOf(words: readonly string[]): string {
  return words.length === 0 ? '' : typedCommand(...words);
}

/** Options that have a value, as users know them. */
export function optionsOf(
  entries: readonly (readonly [name: string, value: unknown])[],
  nameOption: Host['nameOption'],
): Made['options'] {
  return entries.flatMap(([name, value]) => {
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return [];
    const text = Array.isArray(value)
      ? value.join(',')
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
    return [{ name: nameOption(name), value: text }];
  });
}

/** What a methods section says of a model. */
export function modelFacts(about: ModelDescription, version: string): ModelFacts {
  const { instances = 'positions', bag, nuclei } = about;
  return {
    software: { name: 'milscope', version },
    ...{ classes: about.classes, channels: about.channels, label: about.label },
    ...{ pooling: about.pooling, sharpness: about.sharpness, head: about.head },
    instances: instances === 'cells' && bag === 'well' ? 'cells of a well' : instances,
    ...(nuclei && { cells: { channel: nuclei.channel } }),
  };
}

/** What a methods section says of a run. */
export function trainingFacts(record: RunRecord): NonNullable<MethodsOfModel['training']> {
  const { options, normalization, validation } = record;
  const { learningRate, schedule, averaging, jitter, enlarge, crop, firstCrop, batch, epochs, seed, pooling } = options;
  const kind = instancesOf(options);
  return {
    optimizer: { name: 'Adam', decays: [FIRST_DECAY, SECOND_DECAY] },
    ...{ learningRate, schedule },
    shown: [
      {
        ...(firstCrop !== undefined && firstCrop < crop && { first: { side: firstCrop, share: FIRST_CROPS } }),
        ...{ instances: kind, side: crop, batch, length: { unit: 'epoch', least: epochs, most: epochs } },
        ...(kind === 'cells' && { cells: { alone: ALONE, window: CELL_WINDOW, settled: hasPoolingCurve(pooling) } }),
      },
    ],
    ...(enlarge > 1 && { enlarge }),
    validation: validation?.by === 'last' ? 0 : options.validation,
    ...(averaging > 0 && { averaging }),
    ...(jitter > 0 && { jitter }),
    normalizations: [normalization],
    used: usedFacts(record),
    seed,
  };
}

function usedFacts({ fields, options }: RunRecord): UsedFacts {
  const of = (split: string) => fields.filter((field) => field.split === split);
  return {
    trained: of('train').length,
    trainedWells: new Set(of('train').map(({ well }) => well)).size,
    validated: of('validation').length,
    held: of('test').length,
    holdout: options.holdout,
  };
}
