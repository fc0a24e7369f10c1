import { controlWords, findControls, unknownControlWords } from '../../evaluation/protocols/controls.ts';
import type { ProtocolSplit } from '../../evaluation/protocols/protocol.ts';
import { type ProtocolName, protocols } from '../../evaluation/protocols/protocols.ts';
import type { Field } from '../../screen/screen.ts';
import type { RunningHost } from '../host.ts';
import { type LabelledScreen, splitFieldsOf } from '../train/examine-screen.ts';
import type { ComparisonContext } from './context.ts';
import type { Unit } from './methods.ts';
import type { CompareRequest } from './request.ts';

/** The folds of every protocol and seed among some units, of these fields. Throws what the protocols throw. */
export function splitUnits(
  fields: readonly Field[],
  { labelled, units, request }: { labelled: LabelledScreen; units: readonly Unit[]; request: CompareRequest },
): ComparisonContext['splitOf'] {
  const known = splitFieldsOf(fields, labelled);
  const splits = new Map<string, ProtocolSplit>();
  for (const { protocol, seed } of units) {
    const key = keyOf(protocol, seed);
    if (!splits.has(key)) splits.set(key, protocols[protocol](known, protocolOptions(labelled, request, seed)));
  }
  return (protocol, seed) => splits.get(keyOf(protocol, seed))!;
}

/** Says whether the negative controls among these fields take part, and warns of names that none has. */
export function tellOfControls(
  fields: readonly Field[],
  { labelled, request }: { labelled: LabelledScreen; request: CompareRequest },
  { emit }: Pick<RunningHost, 'emit'>,
): void {
  const controls = findControls(splitFieldsOf(fields, labelled), protocolOptions(labelled, request, request.seed));
  const [message, doubt] = [controlWords(controls), unknownControlWords(controls)];
  if (message !== undefined) emit({ event: 'noted', message });
  if (doubt !== undefined) emit({ event: 'warned', message: doubt });
}

function keyOf(protocol: ProtocolName, seed: number): string {
  return `${protocol} ${seed}`;
}

function protocolOptions({ screen }: LabelledScreen, request: CompareRequest, seed: number) {
  const { fraction, folds: k, holdout, setAside, replicate, compound, batchColumn: batch, treatment } = request;
  const asked = Object.entries({ setAside, replicate, compound, batch, treatment });
  // An option that nobody gave has to be left out, not undefined.
  const given = Object.fromEntries(asked.filter(([, value]) => value !== undefined));
  return { screen, seed, fraction, k, holdout, ...given };
}
