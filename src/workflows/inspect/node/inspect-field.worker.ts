/** A worker thread that reads fields and measures them. */
import { workerData } from 'node:worker_threads';
import { nodeAccess } from '../../../screen/node/access.ts';
import { answerRequests } from '../../../threads/answer-requests.ts';
import { createInspectField, type FieldAnswer, type FieldRequest } from '../inspect-field.ts';

const { channels } = workerData as { channels: readonly string[] };

answerRequests<FieldRequest, FieldAnswer>(createInspectField(channels, nodeAccess));
