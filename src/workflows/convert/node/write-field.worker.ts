/** A worker thread that writes fields and their label images into a plate, since compressing takes longer than decoding. */
import { answerRequests } from '../../../threads/answer-requests.ts';
import { type FieldToWrite, writeField } from './write-field.ts';

answerRequests<FieldToWrite, undefined>((field) => writeField(field));
