import type { Files } from '../../files/files.ts';
import { layOutPlates } from '../../screen/plate-layout.ts';
import type { ScreenOptions } from '../../screen/screen-options.ts';
import type { Rehearsal } from '../rehearsal/document.ts';
import { fieldWords, rehearseScreen } from '../rehearsal/rehearse-screen.ts';
import type { RehearsingHost } from '../rehearsal/rehearsing-host.ts';
import type { Run } from '../workflow.ts';
import type { createFieldWriters, FieldWriters } from './node/field-writers.ts';
import { writeField } from './node/write-field.ts';
import { convertOutputs, requireNewPlates } from './outputs.ts';

interface ConvertLike extends ScreenOptions {
  readonly screen: string;
  readonly out: string;
  readonly omeZarr: string;
  readonly overwrite: boolean;
  readonly workers?: number | undefined;
}

/** Says what a conversion would do. Throws what it would throw before it writes an image. */
export async function rehearseConversion(
  request: ConvertLike,
  { convert }: { convert: (host: RehearsingHost, writers: typeof createFieldWriters) => Run<unknown> },
  host: RehearsingHost,
): Promise<Rehearsal> {
  const { out, omeZarr, overwrite } = request;
  return rehearseScreen(
    { command: 'convert', main: 'converting' },
    {
      request,
      trial: (at) => convert(at, () => imaginedWriters(at.files)),
      plan: async ({ screen }) => {
        const plates = layOutPlates(screen);
        const outputs = convertOutputs(out, plates);
        await requireNewPlates(outputs, { screen, overwrite }, host);
        const count = `${plates.length} ${plates.length === 1 ? 'plate' : 'plates'}`;
        return {
          does: [`Writes ${fieldWords(screen.fields.length)} into ${count} of OME-Zarr ${omeZarr}.`],
          writes: [...outputs.plates, outputs.table],
          atOnce: request.workers ?? host.threads,
        };
      },
    },
    host,
  );
}

/** Writes fields in this thread, and to files that are only imagined. */
function imaginedWriters(files: Files): FieldWriters {
  return {
    size: 1,
    ask: (field) => writeField(field, files),
    askAll: async () => [],
    release: async () => {},
  };
}
