/** A worker thread that finds the nuclei of fields and measures their cells. */

import { workerData } from 'node:worker_threads';
import type { Image } from '../../../pixels/pixels.ts';
import type { FieldProfile } from '../../../profiling/field-profile.ts';
import { answerRequests } from '../../../threads/answer-requests.ts';
import { createMeasure, type MeasureOptions } from '../measure-field.ts';

const { channels, options } = workerData as { channels: readonly string[]; options: MeasureOptions };

answerRequests<Image, FieldProfile>(createMeasure({ channels }, options));
