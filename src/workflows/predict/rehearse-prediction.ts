import type { Field } from '../../screen/screen.ts';
import type { Host } from '../host.ts';
import type { Rehearsal } from '../rehearsal/document.ts';
import { fieldWords, rehearseScreen } from '../rehearsal/rehearse-screen.ts';
import type { RehearsingHost } from '../rehearsal/rehearsing-host.ts';
import { nameModel } from '../shared/ensemble/model-files.ts';
import { filesOfPlates, preparePlates } from '../shared/measure-plates.ts';
import { afresh, STATE_WORDS, stateOfWork } from '../shared/parts/resumable.ts';
import { documentFile, reportBeside } from '../shared/report/places.ts';
import { requireResumeOrOverwrite } from '../shared/resume-or-overwrite.ts';
import { placesBeside } from '../shared/table-output.ts';
import { AUTO_CELLS } from '../shared/training-cells.ts';
import type { Run } from '../workflow.ts';
import { cpaPaths } from './cpa/cpa-files.ts';
import { groupedTablePath } from './grouped-tables.ts';
import { openPrediction, type Prediction } from './open-prediction.ts';
import { planOutputs, requireNewOutputs } from './predict-outputs.ts';
import type { PredictRequest, PredictResult } from './request.ts';
import { requireFitting } from './require-fitting.ts';

/** Says what a prediction would do. Throws what it would throw before it predicts. */
export async function rehearsePrediction(
  asked: PredictRequest,
  host: RehearsingHost,
  perform: (request: PredictRequest, host: Host) => Run<PredictResult>,
): Promise<Rehearsal> {
  const request = await nameModel(asked, host);
  requireFitting(request);
  requireResumeOrOverwrite(request);
  const places = placesBeside(request.out);
  const state = await stateOfWork(places, request, host);
  await requireNewOutputs({ ...request, overwrite: request.overwrite || state !== 'new' }, host);
  return rehearseScreen(
    { command: 'predict', main: 'predicting' },
    {
      request,
      trial: (at) => perform(afresh(request, state), at),
      plan: async (_, at) => {
        const prediction = await openPrediction({ ...request, profile: request.profile !== undefined }, quiet(at));
        const { about } = prediction.model;
        const plates = filesOfPlates(await preparePlates(about, prediction.screen, request, at), request);
        await planOutputs(prediction.screen, { ...request, ...prediction }, host);
        return {
          does: [whatIsPredicted(prediction, request), ...STATE_WORDS[state]],
          reads: [request.cells === AUTO_CELLS ? undefined : request.cells, plates.reads, ...prediction.model.files],
          writes: [...writtenPaths(request, places.record), plates.writes],
          fields: prediction.fields,
          ...(prediction.ofCells && prediction.cells && { unitsOf: countCells(prediction.cells) }),
        };
      },
    },
    host,
  );
}

/** The screen was opened before, and said then what there is to say. */
function quiet(host: RehearsingHost): RehearsingHost {
  return { ...host, emit: () => {} };
}

function whatIsPredicted(
  { ofCells, cells, total, fields, model, members }: Prediction,
  { symmetries, model: path }: PredictRequest,
): string {
  const number = cells && ofCells ? `${total} ${total === 1 ? 'cell' : 'cells'}` : 'the cells';
  const what = ofCells ? `${number} of ${fieldWords(fields.length)}` : fieldWords(total);
  const { classes } = model.about;
  const averaged = symmetries ? ', averaged over the eight symmetries' : '';
  return `Predicts ${what} with ${members.length > 1 ? `the average of ${members.length} models in ${path}` : path}: ${classes.length} classes (${classes.join(', ')})${averaged}.`;
}

function countCells({ byField }: NonNullable<Prediction['cells']>): (fields: readonly Field[]) => number {
  const counts = new Map([...byField].map(([{ imageNumber }, cells]) => [imageNumber, cells.length]));
  return (fields) => fields.reduce((sum, { imageNumber }) => sum + (counts.get(imageNumber) ?? 0), 0);
}

function writtenPaths({ out, by = [], profile, cpa, report }: PredictRequest, record: string): (string | undefined)[] {
  const places = reportBeside(out);
  return [
    out,
    ...by.map((name) => groupedTablePath(out, name)),
    profile,
    ...(cpa ? Object.values(cpaPaths(out)) : []),
    record,
    ...(report ? [places.page, documentFile(places)] : []),
  ];
}
