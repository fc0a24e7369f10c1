import { join } from '../../files/paths.ts';
import type { Host } from '../host.ts';
import type { Rehearsal } from '../rehearsal/document.ts';
import { fieldWords, rehearseScreen } from '../rehearsal/rehearse-screen.ts';
import type { RehearsingHost } from '../rehearsal/rehearsing-host.ts';
import { filesOfPlates, preparePlates } from '../shared/measure-plates.ts';
import { fileOfRun } from '../shared/of-run.ts';
import { openModel } from '../shared/open-model.ts';
import { afresh, STATE_WORDS, stateOfWork, type WorkPlaces } from '../shared/parts/resumable.ts';
import { documentFile, reportIn } from '../shared/report/places.ts';
import { requireResumeOrOverwrite } from '../shared/resume-or-overwrite.ts';
import type { Run } from '../workflow.ts';
import { mapFolder } from './map-files.ts';
import { createLabelsWriter } from './plate-labels.ts';
import { openReference } from './references.ts';
import type { SegmentRequest, SegmentResult } from './request.ts';
import { parseSelections, type Selection } from './selections.ts';

/** Where the parts and the record of a segmentation are, in its folder. */
export function placesIn(out: string): WorkPlaces {
  return { out, unfinished: join(out, 'unfinished'), record: join(out, 'record.json') };
}

/** Says what a segmentation would do. Throws what it would throw before it draws a map. */
export async function rehearseSegmentation(
  asked: SegmentRequest,
  host: RehearsingHost,
  perform: (request: SegmentRequest, host: Host) => Run<SegmentResult>,
): Promise<Rehearsal> {
  requireResumeOrOverwrite(asked);
  const request = { ...asked, model: await fileOfRun(asked.model, 'model', host) };
  // A file in place of the folder is refused by the work itself.
  const isFile = (await host.files.status(request.out))?.kind === 'file';
  const state = isFile ? 'new' : await stateOfWork(placesIn(request.out), request, host);
  const { reference, referenceChannel: channel, writeLabels, overwrite } = request;
  return rehearseScreen(
    { command: 'segment', main: 'segmenting' },
    {
      request,
      trial: (at) => perform(afresh(request, state), at),
      plan: async ({ screen }) => {
        const { about } = await openModel(request.model, host);
        const { classes } = about;
        const plates = filesOfPlates(await preparePlates(about, screen, request, host), request);
        const selections = parseSelections(request.classes, classes);
        if (writeLabels) await createLabelsWriter(screen, { classes, overwrite: overwrite || state !== 'new' }, host);
        if (reference !== undefined) await openReference(reference, { screen, channel }, host);
        const fields = screen.fields.length;
        const maps = selections.map(({ name }) => (name === 'all' ? 'all classes together' : name));
        return {
          does: [
            `Draws ${maps.length === 1 ? 'the map' : `${maps.length} maps`} of ${maps.join(', ')} for ${fieldWords(fields)}, and finds regions in them.`,
            ...STATE_WORDS[state],
            ...(reference === undefined ? [] : [`Measures the masks against ${reference}.`]),
            ...(writeLabels ? [`Writes the regions into ${screen.source} too.`] : []),
          ],
          reads: [plates.reads],
          writes: [...writtenPaths(request, { selections, fields, channels: screen.channels.length }), plates.writes],
        };
      },
    },
    host,
  );
}

function writtenPaths(
  { out, gallery, channelMaps, reference, report }: SegmentRequest,
  { selections, fields, channels }: { selections: readonly Selection[]; fields: number; channels: number },
) {
  const alone = selections.length === 1;
  const folders = (kind: 'maps' | 'channel-maps', files: number) =>
    selections.map(({ file }) => ({ path: mapFolder(out, { kind, file, alone }), files }));
  return [
    ...[
      'fields.csv',
      'regions.csv',
      'coco.json',
      'record.json',
      ...(reference === undefined ? [] : ['overlap.csv']),
    ].map((name) => join(out, name)),
    ...folders('maps', fields),
    ...(channelMaps ? folders('channel-maps', fields * channels) : []),
    ...['masks', 'regions'].map((name) => ({ path: join(out, name), files: fields })),
    ...(gallery > 0 ? [join(out, 'gallery')] : []),
    ...(report ? [reportIn(out).page, documentFile(reportIn(out))] : []),
  ];
}
