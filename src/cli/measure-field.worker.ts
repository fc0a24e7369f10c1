/** A worker thread that finds the nuclei of fields and measures their cells. */
import { workerData } from 'node:worker_threads';
import type { Image } from '../image/image.ts';
import { answerRequests } from '../onnx/node/answer-requests.ts';
import type { FieldProfile } from '../profiling/field-profile.ts';
import { createMeasure, type MeasureOptions } from './measure-field.ts';

const { channels, options } = workerData as { channels: readonly string[]; options: MeasureOptions };

answerRequests<Image, FieldProfile>(createMeasure({ channels }, options));
