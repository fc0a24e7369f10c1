/** Fields of requests about a plate assay: what is scored, against which wells, and what is in the wells. */
import { DOSE_SCALES } from '../../evaluation/assay/respond-to-dose.ts';
import { oneOf, text } from '../request-fields.ts';
import { positiveField } from './plate-fields.ts';

/** A field that names a column. */
export const column = (description: string, usually?: string) =>
  text()
    .optional()
    .meta({ description, value: 'column', group: 'what to learn', ...(usually && { usually }) });

/** What is scored, against which wells, and what is in the wells. */
export const assayFields = {
  ...positiveField,
  group: column('column of the series that have controls of their own on a plate', 'plates as a whole'),
  score: text().optional().meta({
    description:
      'score of a field: the probability of a class, not-negative (1 - that of the class of the negative controls), or log-odds between the classes of the controls',
    value: 'class',
    usually: 'log-odds where positive controls are named, else not-negative',
    group: 'how',
  }),
  compound: column('column of the compound', 'Metadata_Compound where there is one'),
  dose: column(
    'column of the dose: fits a dose-response curve to every compound',
    'one named as doses are, without a column of treatments',
  ),
  unit: column('column of the unit of the dose', 'one named as units are, where there is one'),
  doseScale: oneOf(DOSE_SCALES).default('log').meta({
    description: 'what a dose is: a concentration (log), a number (linear), or its place in a series (index)',
    value: 'scale',
    group: 'how',
  }),
};
