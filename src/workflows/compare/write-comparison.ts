import { formatComparisonCsv } from '../../evaluation/comparison/comparison.ts';
import { formatComparisonMarkdown } from '../../evaluation/comparison/markdown.ts';
import { methodsParagraph, methodsReferences } from '../../evaluation/comparison/methods.ts';
import type {
  MethodsFacts,
  NetworkFacts,
  ProtocolFacts,
  ShownFacts,
  TrainingFacts,
} from '../../evaluation/comparison/methods-facts.ts';
import type { ProtocolName } from '../../evaluation/protocols/protocols.ts';
import type { Files } from '../../files/files.ts';
import { join } from '../../files/paths.ts';
import { CELL_WINDOW } from '../../network/cell-window.ts';
import { hasPoolingCurve } from '../../network/pooling/curve.ts';
import type { PoolingName } from '../../network/pooling/poolings.ts';
import { comparisonPlot } from '../../report/plots/comparison-plot.ts';
import { learnedCurvesPlot } from '../../report/plots/learned-curves-plot.ts';
import { poolingCurvesPlot } from '../../report/plots/pooling-curves-plot.ts';
import { renderSvg } from '../../report/plots/render-svg.ts';
import { labelParts } from '../../screen/label-sets.ts';
import { wellKey } from '../../screen/well.ts';
import { FIRST_DECAY, SECOND_DECAY } from '../../training/adam.ts';
import { ALONE, FIRST_CROPS } from '../../training/schedule.ts';
import { INSTANCES, type InstanceKind } from '../shared/run-folder.ts';
import { type ComparisonRecord, comparisonFiles } from './comparison-folder.ts';
import type { ComparisonContext } from './context.ts';
import { looksAtCells, methodKey, type NetworkMethod, type Unit } from './methods.ts';
import type { CompareRequest } from './request.ts';
import { comparisonRow, type UnitResult } from './unit-result.ts';

/** A unit that is done, and what it came to. */
export interface FinishedUnit {
  readonly unit: Unit;
  readonly result: UnitResult;
}

/** Writes `comparison.csv` and `comparison.md`, and gives the latter. */
export async function writeTables(folder: string, finished: readonly FinishedUnit[], files: Files): Promise<string> {
  const paths = comparisonFiles(folder);
  const rows = finished.map(({ unit, result }) => comparisonRow(unit, result));
  const markdown = formatComparisonMarkdown(rows);
  await files.write(paths.csv, formatComparisonCsv(rows));
  await files.write(paths.markdown, markdown);
  return markdown;
}

/** Writes `methods.txt`: what was done, in words fit for a methods section, and the references. */
export async function writeMethods(inputs: Written): Promise<string> {
  const { request, host } = inputs.context;
  const facts = factsOf(inputs);
  const references = methodsReferences(facts);
  const text = [methodsParagraph(facts), ...(references.length > 0 ? [references.join('\n')] : [])].join('\n\n');
  await host.files.write(comparisonFiles(request.out).methods, `${text}\n`);
  return text;
}

interface Written {
  readonly finished: readonly FinishedUnit[];
  readonly context: ComparisonContext;
  /** The version, and how cells are found. */
  readonly record: Pick<ComparisonRecord, 'milscope' | 'cells'>;
}

function factsOf({
  finished,
  context: { examined, columns, splitOf, fields, request },
  record: { milscope, cells },
}: Written): MethodsFacts {
  const { screen, skipped, labelOf } = examined;
  const networks = finished.flatMap(({ unit }) => (unit.method.kind === 'network' ? [unit.method] : []));
  const baselines = finished.flatMap(({ unit }) => (unit.method.kind === 'baseline' ? [unit.method.name] : []));
  const { treatment } = columns;
  const treatments = treatment === undefined ? [] : fields.map(({ metadata }) => metadata[treatment]!);
  return {
    software: { name: 'milscope', version: milscope },
    screen: {
      fields: fields.length,
      wells: new Set(examined.readable.map(({ field }) => wellKey(field))).size,
      treatments: new Set(treatments).size,
      classes: new Set([...labelOf.values()].flatMap(labelParts)).size,
      channels: screen.channels,
      ...(skipped.length > 0 && { leftOut: [{ fields: skipped.length, reason: 'could not be read' }] }),
    },
    networks: networkFacts(finished, networks),
    ...(cells && networks.some(looksAtCells) && { cells: sourceOf(cells) }),
    ...(networks.length > 0 && { training: trainingFacts(finished, request) }),
    baselines: [...new Set(baselines)],
    protocols: [...new Set(finished.map(({ unit }) => unit.protocol))].map((name) =>
      protocolFacts(name, { finished, splitOf, request, judged: treatment !== undefined }),
    ),
  };
}

function networkFacts(finished: readonly FinishedUnit[], networks: readonly NetworkMethod[]): NetworkFacts[] {
  const distinct = [...new Map(networks.map((method) => [methodKey(method), method])).entries()];
  return distinct.map(([key, { pooling, sharpness, head, instances, bag }]): NetworkFacts => {
    const seeds = finished.flatMap(({ unit }) => (methodKey(unit.method) === key ? [unit.seed] : []));
    return {
      ...{ pooling, head, ...(sharpness !== undefined && { sharpness }) },
      instances: bag ? 'cells of a well' : (instances ?? 'positions'),
      seeds: new Set(seeds).size,
    };
  });
}

function sourceOf({
  cells,
  nucleiChannel,
}: NonNullable<ComparisonRecord['cells']>): NonNullable<MethodsFacts['cells']> {
  return cells === undefined ? { channel: nucleiChannel! } : { table: cells };
}

function trainingFacts(
  finished: readonly FinishedUnit[],
  { learningRate, schedule, validation, averaging, jitter, enlarge }: CompareRequest,
): TrainingFacts {
  const trained = finished.flatMap(({ unit: { method }, result }) =>
    method.kind === 'network'
      ? [{ ...result, instances: method.instances ?? ('positions' as const), pooling: method.pooling }]
      : [],
  );
  const chosen = trained.flatMap(({ folds }) => folds.map(({ validated }) => validated > 0));
  return {
    optimizer: { name: 'Adam', decays: [FIRST_DECAY, SECOND_DECAY] },
    ...{ learningRate, schedule },
    shown: INSTANCES.flatMap((kind) => shownFacts(kind, trained)),
    // Few wells do not choose the epoch.
    validation: chosen.includes(true) ? validation : 0,
    ...(chosen.includes(true) && chosen.includes(false) && { orLast: true }),
    ...(enlarge > 1 && { enlarge }),
    ...(averaging > 0 && { averaging }),
    ...(jitter > 0 && { jitter }),
    normalizations: trained.flatMap(({ normalizations = [] }) => normalizations),
  };
}

/** What networks with these instances were shown; nothing where there are none. */
function shownFacts(
  kind: InstanceKind,
  trained: readonly (UnitResult & { readonly instances: InstanceKind; readonly pooling: PoolingName })[],
): ShownFacts[] {
  const own = trained.filter(({ instances }) => instances === kind);
  if (own.length === 0) return [];
  const epochs = own.flatMap((result) => (result.epochs ? [result.epochs] : []));
  const [least, most] = [Math.min(...epochs.map((of) => of.least)), Math.max(...epochs.map((of) => of.most))];
  const side = Math.min(...own.flatMap(({ crop }) => crop ?? []));
  const firstSides = own.flatMap(({ firstCrop }) => firstCrop ?? []);
  const first = firstSides.length > 0 && { first: { side: Math.min(...firstSides), share: FIRST_CROPS } };
  const cells = kind === 'cells' && {
    cells: { alone: ALONE, window: CELL_WINDOW, settled: own.some(({ pooling }) => hasPoolingCurve(pooling)) },
  };
  return [{ instances: kind, side, ...first, batch: own[0]!.batch!, length: { unit: 'epoch', least, most }, ...cells }];
}

function protocolFacts(
  name: ProtocolName,
  {
    finished,
    splitOf,
    request,
    judged,
  }: {
    finished: readonly FinishedUnit[];
    splitOf: ComparisonContext['splitOf'];
    request: CompareRequest;
    judged: boolean;
  },
): ProtocolFacts {
  const [first] = finished.filter(({ unit }) => unit.protocol === name) as [FinishedUnit];
  const { folds, treatments, leftOut } = splitOf(name, first.unit.seed);
  const reasons = [...new Set(leftOut.map(({ reason }) => reason))].map((reason) => {
    const own = leftOut.filter((entry) => entry.reason === reason);
    const fields = own.reduce((sum, entry) => sum + entry.fields.length, 0);
    return { treatments: judged ? own.length : 0, fields, reason };
  });
  return {
    name,
    folds: folds.length,
    fields: folds.reduce((sum, { test }) => sum + test.length, 0),
    treatments: judged ? treatments.length : 0,
    ...(name === 'paper' && { fraction: request.fraction }),
    ...(name === 'holdout' && { conditions: request.holdout }),
    ...(reasons.length > 0 && { leftOut: reasons }),
  };
}

/** Draws figure 2 of the paper, left and right, and the comparison; gives the paths. */
export async function writeFigures(folder: string, finished: readonly FinishedUnit[], files: Files): Promise<string[]> {
  const networks = finished.flatMap(({ unit }) => (unit.method.kind === 'network' ? [unit.method] : []));
  const distinct = [
    ...new Map(networks.map(({ pooling, sharpness }) => [`${pooling} ${sharpness}`, { pooling, sharpness }])).values(),
  ];
  const specs = [
    { name: 'comparison', spec: comparisonPlot(finished.map(({ unit, result }) => comparisonRow(unit, result))) },
    ...(distinct.length > 0 ? [{ name: 'pooling-curves', spec: poolingCurvesPlot(distinct) }] : []),
    ...learnedCurves(finished),
  ];
  const paths: string[] = [];
  for (const { name, spec } of specs) {
    const path = join(comparisonFiles(folder).figures, `${name}.svg`);
    await files.write(path, await renderSvg(spec));
    paths.push(path);
  }
  return paths;
}

/** What the steepest Noisy-AND learned first of each kind of instance: `learned-curves` of the first kind, `learned-curves-cells` and so on. */
function learnedCurves(finished: readonly FinishedUnit[]) {
  const learned = finished.flatMap(({ unit: { method, protocol, seed }, result: { thresholds, folds } }) => {
    if (method.kind !== 'network' || method.sharpness === undefined || !thresholds) return [];
    const { sharpness, instances = 'positions', bag } = method;
    const kind = bag === 'well' ? 'cells of wells' : instances;
    return [{ kind, sharpness, thresholds, from: `protocol ${protocol}, ${folds[0]!.name}, seed ${seed}` }];
  });
  const kinds = [...new Set(learned.map(({ kind }) => kind))];
  return kinds.map((kind, i) => {
    const own = learned.filter((of) => of.kind === kind);
    const steepest = Math.max(...own.map(({ sharpness }) => sharpness));
    const { sharpness, thresholds, from } = own.find((of) => of.sharpness === steepest)!;
    const classes = thresholds.map(({ class: name, b }) => ({ class: name, threshold: b }));
    const spec = learnedCurvesPlot({ sharpness, classes, from: kinds.length > 1 ? `${kind}; ${from}` : from });
    return { name: i === 0 ? 'learned-curves' : `learned-curves-${kind.replaceAll(' ', '-')}`, spec };
  });
}
