/** A worker thread that simulates fields. */
import { type SimulatedField, simulateField } from '../../../screen/simulation/field.ts';
import type { FieldOptions } from '../../../screen/simulation/field-options.ts';
import { answerRequests } from '../../../threads/answer-requests.ts';

answerRequests<FieldOptions, SimulatedField>(simulateField, {
  givenAway: ({ image, cells, nuclei }) => [image.data, cells, nuclei].map(({ buffer }) => buffer as ArrayBuffer),
});
