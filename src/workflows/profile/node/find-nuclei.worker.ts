/** A worker thread that finds the nuclei of fields. */

import { workerData } from 'node:worker_threads';
import type { DetectedNuclei } from '../../../localization/nuclei/nuclei.ts';
import type { Image } from '../../../pixels/pixels.ts';
import { answerRequests } from '../../../threads/answer-requests.ts';
import { findNuclei, type NucleiOptions } from '../measure-field.ts';

const options = workerData as NucleiOptions;

answerRequests<Image, DetectedNuclei['nuclei']>((image) => findNuclei(image, options).nuclei);
