import { decisiveFields, screenFields } from '../request-fields.ts';
import { instancesOf, type RunRecord, runRecord } from '../shared/run-folder.ts';
import { AUTO_CELLS } from '../shared/training-cells.ts';
import { type TrainRequest, trainRequest } from './request.ts';

/** What a run was asked, and what was decided for it: every field of the request that decides what is learned. */
export function decidedRequest(
  record: Pick<RunRecord, 'label' | 'options' | 'normalization'>,
): Partial<Record<keyof TrainRequest, unknown>> {
  // Of how the screen is read, only what was asked: the record also says what that came to.
  const readAs = Object.fromEntries(
    Object.keys(screenFields).map((name) => [name, record.options.screen?.[name as keyof typeof screenFields]]),
  );
  const { cells: squares, foreground } = record.options;
  const cells = squares ?? foreground;
  const known: Readonly<Record<string, unknown>> = {
    ...record,
    ...record.options,
    from: record.options.from?.file,
    instances: instancesOf(record.options),
    bag: record.options.bag ?? 'field',
    cells: cells?.nuclei ? AUTO_CELLS : cells?.file,
    cellSize: squares?.size,
    nucleiChannel: cells?.nuclei?.channel,
    diameter: cells?.nuclei?.diameter,
    ...readAs,
    normalization: record.normalization.scope,
    plateMeasure: record.options.plateMeasure ?? 'mean',
  };
  return Object.fromEntries(decisiveFields(trainRequest).map((name) => [name, known[name]]));
}

/**
 * The request that repeats the run of a `run.json`: its screen and all that decides what is learned, but not its folder. Undefined
 * for a document that is no such record.
 */
export function repeatingRequest(document: unknown): Partial<Record<keyof TrainRequest, unknown>> | undefined {
  const parsed = runRecord.safeParse(document);
  if (!parsed.success) return undefined;
  const { crop, firstCrop = crop, ...decided } = decidedRequest(parsed.data);
  // A run on squares around cells has no crops of its own.
  const asked = { screen: parsed.data.screen, ...decided, ...(parsed.data.options.cells ? {} : { crop, firstCrop }) };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}
