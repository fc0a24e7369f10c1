import { join } from '../../files/paths.ts';
import { NO_ILLUMINATION } from '../../screen/illumination/illuminate.ts';
import { counted } from '../../words.ts';
import type { Rehearsal } from '../rehearsal/document.ts';
import { fieldWords, rehearseScreen } from '../rehearsal/rehearse-screen.ts';
import type { RehearsingHost } from '../rehearsal/rehearsing-host.ts';
import type { Run } from '../workflow.ts';
import { evenly, MOST_FIELDS } from './estimate-plate.ts';
import { fieldsByPlate, functionFiles } from './function-files.ts';

/** Says what an estimation of illumination functions would do. Throws what it would throw before it reads an image. */
export async function rehearseIllumination<Request extends { readonly screen: string; readonly out: string }>(
  asked: Request,
  { task, estimate }: { task: string; estimate: (host: RehearsingHost) => Run<unknown> },
  host: RehearsingHost,
): Promise<Rehearsal> {
  const { out } = asked;
  return rehearseScreen(
    { command: 'illumination', main: task },
    {
      request: { ...asked, illumination: NO_ILLUMINATION },
      trial: estimate,
      plan: async ({ screen }) => {
        const plates = fieldsByPlate(screen);
        const fields = [...plates.values()].flatMap((of) => evenly(of, MOST_FIELDS));
        const files = functionFiles([...plates.keys()], screen).flat();
        const few = fields.length < screen.fields.length ? `, at most ${MOST_FIELDS} of a plate` : '';
        return {
          does: [
            `Estimates ${counted(files.length, 'illumination function')}: of ${counted(plates.size, 'plate')} and ${counted(screen.channels.length, 'channel')}, from ${fieldWords(fields.length)}${few}.`,
          ],
          fields,
          writes: [
            ...['illumination.csv', 'illumination.png'].map((name) => join(out, name)),
            ...files.map((name) => join(out, name)),
          ],
        };
      },
    },
    host,
  );
}
