import { MilscopeError, markedMessage, named } from '../../errors.ts';
import { isThere } from '../../files/read-text.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import { describeIntensities, fieldMeasure } from '../../pixels/channel-quantiles.ts';
import { channelMeans, constantChannels } from '../../pixels/channel-sums.ts';
import { type ControlWells, isByPlate, referenceOf } from '../../pixels/normalization.ts';
import { checkFields } from '../../screen/check-fields.ts';
import { requireControls, withoutControls } from '../../screen/plates/control-wells.ts';
import { controlWellsOf } from '../../screen/plates/decide-normalization.ts';
import {
  formatPlateStatistics,
  type PlateStatistics,
  readPlateStatistics,
  requirePlates,
} from '../../screen/plates/plate-statistics.ts';
import {
  type AdjustField,
  constantControls,
  matchPlates,
  measuredByPlate,
  plateExposures,
  plateOf,
  requireSpread,
} from '../../screen/plates/plates.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import type { RunningHost } from '../host.ts';
import { beginTask } from '../task.ts';
import { measuredWords, warnOfFew } from './plate-words.ts';
import { requireNewTable } from './table-output.ts';

/** How fields are changed, and what that rests on. */
export interface Adjustment {
  readonly adjust: AdjustField;
  /** Throws for a field whose plate is not known. */
  readonly check: (field: Field) => void;
  /** What is known of the plates of some fields, as text: fields of which it is the same are changed alike. */
  readonly measured: (fields: readonly Field[]) => string;
}

/** What may be asked about plates where a model is used. */
export interface PlateRequest {
  /** The table of their intensities: read where it exists, and otherwise written. */
  readonly plateStatistics?: string | undefined;
  /** The control wells of this screen; as the model says unless given. */
  readonly controlColumn?: string | undefined;
  readonly negative?: readonly string[] | undefined;
}

/** What is known of plates before any image is opened. */
type PreparedPlates =
  | { readonly plates: ReadonlyMap<string, PlateStatistics> }
  | { readonly fields: readonly Field[]; readonly controls: ControlWells | undefined };

/**
 * How the intensities of a screen are changed before a model sees them: not at all, unless the model makes plates alike; then
 * the plates are measured first, over all of their fields or those of control wells, or their intensities are read from a table.
 *
 * A plate of whose control wells none can be read loses its fields, and no others.
 *
 * @throws what `preparePlates` throws, BadOption where no control well of any plate can be read
 */
export async function adjustmentFor(
  about: ModelDescription,
  screen: Screen,
  request: PlateRequest,
  host: RunningHost,
): Promise<Adjustment | undefined> {
  const prepared = await preparePlates(about, screen, request, host);
  if (prepared === undefined) return undefined;
  const plates =
    'plates' in prepared ? prepared.plates : await measurePlates(about, screen, { ...request, ...prepared }, host);
  const nameOf = plateOf(screen);
  const used = new Map([...new Set(screen.fields.map(nameOf))].map((name) => [name, plates.get(name)]));
  warnOfFew(about, new Map([...used].flatMap(([name, of]) => (of ? [[name, of] as const] : []))), host);
  const textOf = (name: string) => {
    const { mean, deviation } = plates.get(name) ?? {};
    return [name, mean && { mean, deviation }];
  };
  const matched = { plates: Object.fromEntries(plates), normalization: about.normalization };
  return {
    adjust: matchPlates(screen, matched),
    check: plateExposures(screen, matched),
    measured: (fields) => JSON.stringify([...new Set(fields.map(nameOf))].map(textOf)),
  };
}

/** The intensities of plates as text, where a table has them already; nothing is said or measured. @throws what `preparePlates` throws */
export async function knownPlates(
  about: ModelDescription,
  screen: Screen,
  request: PlateRequest,
  host: RunningHost,
): Promise<Adjustment['measured'] | undefined> {
  const { plateStatistics: file } = request;
  if (file === undefined || !(await isThere(file, host.files))) return undefined;
  return (await adjustmentFor(about, screen, request, { ...host, emit: () => undefined }))?.measured;
}

/**
 * What is known of the plates of a screen before any image is opened: their intensities where a table has them, and otherwise
 * which fields are measured. Undefined for a model that does not make plates alike.
 *
 * @throws MissingColumn when the screen does not name its plates, what `readPlateStatistics`, `requirePlates` and
 *   `requireControls` throw, and BadOption for a table that the model does not need
 */
export async function preparePlates(
  about: ModelDescription,
  screen: Screen,
  request: PlateRequest,
  host: RunningHost,
): Promise<PreparedPlates | undefined> {
  const { normalization } = about;
  const { plateStatistics: file } = request;
  const { controlColumn = request.negative && normalization.controls?.column } = request;
  const asked = controlWellsOf({ ...request, controlColumn });
  if (asked && normalization.scope !== 'controls') {
    const scope = normalization.scope ?? 'screen';
    const message = `${named('controlColumn')} is not needed: the model was trained with ${named('normalization')} ${scope}`;
    host.emit({ event: 'noted', message });
  }
  if (!isByPlate(normalization)) {
    if (file !== undefined) refuseStatistics(file, about);
    return undefined;
  }
  const nameOf = plateOf(screen);
  if (file !== undefined && (await isThere(file, host.files))) {
    const plates = await readPlateStatistics(file, measuringOf(about), host.files);
    requirePlates(screen.fields.map(nameOf), plates, { file, screen: screen.source });
    host.emit({ event: 'noted', message: `the intensities of plates are those of ${file}` });
    if (asked && normalization.scope === 'controls') {
      const message = `${named('controlColumn')} is not needed: no plate is measured where a table has the intensities`;
      host.emit({ event: 'noted', message });
    }
    return { plates };
  }
  if (file !== undefined) await requireNewTable(file, { overwrite: true, option: 'plateStatistics' }, host);
  const controls = normalization.scope === 'controls' ? (asked ?? normalization.controls) : undefined;
  // Of a few fields that stand for all, any are measured.
  const search = { trained: asked === undefined, otherwise: PART_OF_PLATE };
  const fields = controls && !host.opened?.part ? requireControls(screen, controls, search) : screen.fields;
  return { fields, controls };
}

/** The table of plates, as a file that would be read or one that would be written. */
export function filesOfPlates(
  prepared: PreparedPlates | undefined,
  { plateStatistics: file }: PlateRequest,
): { readonly reads: string | undefined; readonly writes: string | undefined } {
  const isRead = prepared !== undefined && 'plates' in prepared;
  return { reads: isRead ? file : undefined, writes: prepared !== undefined && !isRead ? file : undefined };
}

/** What helps where only samples of a plate are at hand. */
const PART_OF_PLATE = `give what was measured of the whole plate with ${named('plateStatistics')}`;

/** Measures every plate, and writes what was measured where that is asked for. */
async function measurePlates(
  about: ModelDescription,
  screen: Screen,
  { fields, controls, plateStatistics }: PlateRequest & Extract<PreparedPlates, { fields: unknown }>,
  host: RunningHost,
): Promise<ReadonlyMap<string, PlateStatistics>> {
  const measuring = measuringOf(about);
  const { measure } = measuring;
  const task = beginTask(host, { task: 'measuring plates', total: fields.length, unit: 'fields' });
  const { readable } = await checkFields(
    { ...screen, fields },
    {
      threads: host.threads,
      measure: (_, size) => fieldMeasure(size, measure),
      onProgress: (done) => task.update(done),
    },
    host,
  );
  const measured = measuredByPlate(
    screen,
    readable.map(({ field, measured: sums }) => [field, sums]),
  );
  const nameOf = plateOf(screen);
  const without = [...new Set(fields.map(nameOf))].filter((name) => !measured.has(name));
  if (controls && without.length > 0) {
    const error = withoutControls(screen, without, controls, { unreadable: true });
    if (measured.size === 0) throw error;
    host.emit({ event: 'warned', message: `the other plates go on: ${markedMessage(error)}` });
  }
  const { deviation: trained } = referenceOf(about.normalization);
  const plates = new Map(
    [...measured].flatMap(([name, sums]): [string, PlateStatistics][] => {
      const intensities = describeIntensities(sums, measure);
      // A channel that was constant in the training has this deviation.
      const channel = constantChannels(sums).find((of) => trained[of] !== 1);
      if (channel !== undefined) {
        const intensity = channelMeans(sums[0]!)[channel]!;
        if (controls) {
          const error = constantControls(screen, { plate: name, channel, intensity });
          if (measured.size === 1) throw error;
          host.emit({ event: 'warned', message: `the other plates go on: ${markedMessage(error)}` });
          without.push(name);
          return [];
        }
        const message = `the channel ${screen.channels[channel]} has one intensity in all fields of plate ${name}, ${intensity}: they are judged without it`;
        host.emit({ event: 'warned', message });
      }
      requireSpread(intensities, { screen, of: `plate ${name}` });
      return [[name, { ...intensities, fields: sums.length }]];
    }),
  );
  task.end(measuredWords([...plates.values()], controls));
  if (plateStatistics === undefined) return plates;
  // A table that lacks plates would be refused when the work goes on.
  if (without.length > 0) {
    const message = `${plateStatistics} is not written: nothing is known of ${without.join(', ')}`;
    host.emit({ event: 'warned', message });
    return plates;
  }
  await host.files.write(plateStatistics, formatPlateStatistics(plates, measuring));
  host.emit({ event: 'noted', message: `the intensities of plates are in ${plateStatistics}` });
  return plates;
}

function measuringOf({ channels, normalization: { scope = 'screen', measure = 'mean' } }: ModelDescription) {
  return { channels, scope, measure };
}

function refuseStatistics(file: string, { normalization: { scope = 'screen' } }: ModelDescription): never {
  throw new MilscopeError('BadOption', {
    option: `plateStatistics ${file}`,
    problem: 'the model does not make plates alike, so it does not need their intensities',
    found: `a model of the normalization ${scope}`,
    remedy: 'leave the option out, or use a model that was trained with the normalization plate or controls',
  });
}
