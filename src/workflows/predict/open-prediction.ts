import { MilscopeError, named } from '../../errors.ts';
import { meetingAny } from '../../evaluation/conditions.ts';
import type { PredictionColumns } from '../../evaluation/prediction-table.ts';
import { EVEN_THRESHOLD } from '../../evaluation/thresholds.ts';
import { smallestField } from '../../network/architecture.ts';
import { layersOf, type ModelDescription, thresholdsOf } from '../../network/model-file.ts';
import { profileLength } from '../../network/profile-graph.ts';
import type { Members } from '../../prediction/ensemble.ts';
import { type Cells, readCells } from '../../screen/cells/read-cells.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import { agreeing, counted } from '../../words.ts';
import type { RunningHost } from '../host.ts';
import type { NucleiOptions } from '../profile/measure-field.ts';
import { type OpenEnsemble, openEnsemble } from '../shared/ensemble/open-ensemble.ts';
import { openModelScreen } from '../shared/open-model-screen.ts';
import { AUTO_CELLS, nucleiChannelOf, usualCellSize } from '../shared/training-cells.ts';
import type { PredictRequest, RowsRequest } from './request.ts';
import { requireFittingModel } from './require-fitting.ts';

/** A model and a screen that were opened, and how the one is applied to the other. */
export interface Prediction {
  readonly model: OpenEnsemble;
  /** The layers and weights of the models that are averaged, mostly of one. */
  readonly members: Members;
  readonly screen: Screen;
  /** Whether cells are predicted, not whole fields. */
  readonly ofCells: boolean;
  /** These cells, where a table says where they are. */
  readonly cells: Cells | undefined;
  /** How they are found, where none does. */
  readonly nuclei: NucleiOptions | undefined;
  /** The fields that are predicted: those that are asked for; those with cells, where cells of a table are predicted. */
  readonly fields: readonly Field[];
  /** How many fields those are, or how many cells where that is known. */
  readonly total: number;
  /** Side of the square around a cell (pixels). */
  readonly side: number;
  /** Fields that are smaller (pixels) cannot be predicted. */
  readonly leastSide: number;
  readonly columns: PredictionColumns;
  /** How many numbers a profile has. */
  readonly features: number;
}

/** Opens what a prediction needs. @throws what `openModel`, `openScreen` and `readCells` throw, BadOption, ChannelMismatch */
export async function openPrediction(
  request: RowsRequest & Partial<Pick<PredictRequest, 'by' | 'only'>>,
  host: RunningHost,
): Promise<Prediction> {
  const { model: path, profile, cells: table } = request;
  const model = await openEnsemble(request, host);
  const { about, members } = model;
  requireFittingModel(request, about);
  requireOneProfile(request, members);
  const screen = await openModelScreen(request.screen, { path, about }, request, host);
  const least = Math.max(...members.map((of) => smallestField(layersOf(of.about), of.about.enlarge)));
  const side = request.cellSize ?? about.cellSize ?? Math.max(least, usualCellSize(about.enlarge));
  const pools = about.instances === 'foreground';
  const ofCells = table !== undefined && !pools;
  if (ofCells) requireSide(side, least);
  else noteCells(path, about, host);
  const nuclei = table === AUTO_CELLS ? nucleiOf(screen, request, about) : undefined;
  const cells = table === undefined || nuclei ? undefined : await readCells(table, screen, host);
  for (const message of cells?.notes ?? []) host.emit({ event: 'noted', message });
  const asked = fieldsAsked(screen, request);
  const without = cells ? asked.filter((field) => !cells.byField.has(field)).length : 0;
  if (without > 0) {
    const message = `${counted(without, 'field')} of ${asked.length} ${agreeing(without, 'has', 'have')} no cell in ${table}`;
    host.emit({ event: without * 2 > asked.length ? 'warned' : 'noted', message });
  }
  // Of a field without cells it is known what a model says that pools the positions of these.
  const fields = cells && ofCells ? asked.filter((field) => cells.byField.has(field)) : asked;
  const total =
    cells && ofCells ? fields.reduce((sum, field) => sum + cells.byField.get(field)!.length, 0) : fields.length;
  const ofFields = thresholdsOf(about);
  const columns = {
    metadata: screen.columns,
    classes: about.classes,
    channels: ofCells ? [] : screen.channels,
    cells: ofCells,
    novelty: about.novelty !== undefined && !ofCells,
    // Of a cell the pooling layer decides, whose numbers the thresholds of the last layer do not fit.
    thresholds: ofCells ? ofFields?.map(() => EVEN_THRESHOLD) : ofFields,
    spread: members.length > 1,
  };
  const features = profile ? profileLength(members[0]!) : 0;
  const leastSide = ofCells ? side : least;
  return { model, members, screen, ofCells, cells, nuclei, fields, total, side, leastSide, columns, features };
}

/** The fields that are asked for; the others still count where plates are measured. @throws what `meetingAny` throws */
function fieldsAsked(screen: Screen, { only = [] }: Partial<Pick<PredictRequest, 'only'>>): readonly Field[] {
  if (only.length === 0) return screen.fields;
  const met = meetingAny(screen.fields, screen, { conditions: only, option: 'only' });
  return screen.fields.filter((_, i) => met[i]);
}

/** The feature maps of networks that were trained apart have nothing in common. @throws BadOption */
function requireOneProfile({ profile }: Pick<RowsRequest, 'profile'>, members: Members): void {
  if (!profile || members.length === 1) return;
  throw new MilscopeError('BadOption', {
    option: 'profile',
    problem: 'profiles are of one model: the feature maps of several have nothing in common',
    found: `${members.length} models`,
    remedy: `leave ${named('profile')} out, or give one model`,
  });
}

/** How nuclei are found: as is asked, or as for the training. */
function nucleiOf(
  screen: Screen,
  { nucleiChannel, diameter }: Pick<RowsRequest, 'nucleiChannel' | 'diameter'>,
  { nuclei }: ModelDescription,
): NucleiOptions {
  return {
    channel: nucleiChannelOf(screen, nucleiChannel ?? nuclei?.channel),
    diameter: diameter ?? nuclei?.diameter,
  };
}

function requireSide(side: number, least: number): void {
  if (side >= least) return;
  throw new MilscopeError('BadOption', {
    option: 'cellSize',
    problem: 'the square is too small for the network',
    found: `${side} pixels`,
    expected: `at least ${least}`,
  });
}

function noteCells(path: string, { cellSize }: ModelDescription, { emit }: RunningHost): void {
  if (cellSize === undefined) return;
  const message =
    `${path} was trained on single cells (squares of ${cellSize} pixels), which ${named('cells')} predicts; ` +
    'these are whole fields';
  emit({ event: 'noted', message });
}
