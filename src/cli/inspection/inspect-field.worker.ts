/** A worker thread that measures fields. */
import { answerRequests } from '../../onnx/node/answer-requests.ts';
import { createInspectField, type FieldAnswer, type FieldRequest } from './inspect-field.ts';

answerRequests<FieldRequest, FieldAnswer>(createInspectField());
