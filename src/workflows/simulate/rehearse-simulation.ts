import { join } from '../../files/paths.ts';
import { PLATES_FOLDER } from '../../screen/simulation/imagexpress/plate-files.ts';
import { planScreen } from '../../screen/simulation/layout.ts';
import { fileNames } from '../../screen/simulation/tables.ts';
import type { WriteScreenOptions } from '../../screen/simulation/write-screen.ts';
import type { Host } from '../host.ts';
import { writesOf } from '../rehearsal/describe-files.ts';
import type { Rehearsal } from '../rehearsal/document.ts';
import { timeFor } from '../rehearsal/estimate.ts';
import { followTrial } from '../rehearsal/follow-trial.ts';
import { fieldWords } from '../rehearsal/rehearse-screen.ts';
import type { RehearsingHost } from '../rehearsal/rehearsing-host.ts';
import type { Run } from '../workflow.ts';

/** Says what a simulation would do; the first of its fields are made, for a few seconds. Throws what it would throw. */
export async function rehearseSimulation<
  Request extends WriteScreenOptions & { readonly out: string; readonly size: number },
>(request: Request, host: RehearsingHost, perform: (request: Request, host: Host) => Run<unknown>): Promise<Rehearsal> {
  const { out, size, plates, layout = 'table' } = request;
  const main = 'simulating';
  const { tasks } = await followTrial(perform(request, host), { main }, host);
  const pace = tasks.find(({ task }) => task === main)?.pace;
  const plan = planScreen(request);
  const names = plan.map((field) => fileNames(field, layout));
  const images = names.reduce((sum, own) => sum + own.images.length + own.thumbnails.length, 0);
  const isPlain = layout === 'table';
  return {
    command: 'simulate',
    reads: { files: [], screen: null },
    does: [
      `Draws ${fieldWords(plan.length)} of ${size} × ${size} pixels, on ${plates} ${plates === 1 ? 'plate' : 'plates'}.`,
    ],
    writes: await writesOf(
      [
        ...['fields.csv', 'cells.csv', ...(isPlain ? [] : ['plate-map.xlsx'])].map((name) => join(out, name)),
        isPlain
          ? { path: join(out, 'images'), files: images }
          : // Each plate has a description.
            { path: join(out, PLATES_FOLDER), files: images + new Set(plan.map(({ replicate }) => replicate)).size },
        { path: join(out, 'masks'), files: 2 * plan.length },
      ],
      {},
      host,
    ),
    seconds: pace ? timeFor(pace, plan.length) : null,
    how: 'the first fields were made, without writing them',
  };
}
