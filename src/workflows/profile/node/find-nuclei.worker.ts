/** A worker thread that finds the nuclei of fields. */

import { workerData } from 'node:worker_threads';
import { answerRequests } from '../../../threads/answer-requests.ts';
import { findNuclei, type NucleiOptions } from '../measure-field.ts';
import type { FoundNuclei, NucleiRequest } from './nuclei-finder.ts';

const options = workerData as NucleiOptions;

answerRequests<NucleiRequest, FoundNuclei>(
  ({ image, pixels }) => {
    const { nuclei, ...labelled } = findNuclei(image, options);
    return { nuclei, ...(pixels && { labelled }) };
  },
  { givenAway: ({ labelled }) => (labelled ? [labelled.labels.buffer as ArrayBuffer] : []) },
);
