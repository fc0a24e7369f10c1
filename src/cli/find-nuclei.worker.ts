/** A worker thread that finds the nuclei of fields. */
import { workerData } from 'node:worker_threads';
import type { Image } from '../image/image.ts';
import type { DetectedNuclei } from '../localization/nuclei.ts';
import { answerRequests } from '../onnx/node/answer-requests.ts';
import { findNuclei, type NucleiOptions } from './measure-field.ts';

const options = workerData as NucleiOptions;

answerRequests<Image, DetectedNuclei['nuclei']>((image) => findNuclei(image, options).nuclei);
