/** A worker thread that reads fields and measures them. */
import { workerData } from 'node:worker_threads';
import { nodeAccess } from '../../../screen/node/access.ts';
import type { Screen } from '../../../screen/screen.ts';
import { answerRequests } from '../../../threads/answer-requests.ts';
import { createInspectField, type FieldAnswer, type FieldRequest } from '../inspect-field.ts';

const screen = workerData as Pick<Screen, 'channels' | 'usualSize'>;

answerRequests<FieldRequest, FieldAnswer>(createInspectField(screen, nodeAccess));
