import * as z from 'zod';
import type {
  Assay,
  DoseResponse,
  PlateQuality,
  ReplicateAgreement,
  TreatmentHit,
} from '../../evaluation/assay/assay.ts';
import { reportResult } from '../shared/report/report-fields.ts';

/** What `hits` came to: what `hits --json` prints. */
export const hitsResult = z.object({
  out: z.string().meta({ description: 'table of treatments' }),
  wells: z.string().nullable().meta({ description: 'table of wells' }),
  plateQuality: z.string().nullable().meta({ description: 'table of plates' }),
  positions: z.string().nullable().meta({ description: 'table of the effects of edges, rows and columns' }),
  doses: z.string().nullable().meta({ description: 'table of compounds; null without doses' }),
  scoring: z.custom<Assay['scoring']>().meta({ description: 'how fields were scored and wells normalized' }),
  controls: z.custom<Assay['controls']>().meta({ description: 'which wells are the controls' }),
  plates: z
    .array(z.custom<PlateQuality>())
    .readonly()
    .meta({ description: 'plate, group, zPrime, zPrimeRobust, ssmd, negatives, positives and more of every plate' }),
  hits: z
    .array(z.custom<TreatmentHit>())
    .readonly()
    .meta({ description: 'every treatment: effect, p, q, hit, reason' }),
  replicates: z.custom<ReplicateAgreement>().nullable().meta({ description: 'how well replicates agree' }),
  doseResponse: z
    .array(z.custom<DoseResponse>())
    .readonly()
    .meta({ description: 'compound, ec50, low, high, unit, slope, reason and more of every compound' }),
  ...reportResult,
  notes: z.array(z.string()).readonly().meta({ description: 'what a reader should know' }),
});
