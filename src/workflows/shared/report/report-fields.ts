import * as z from 'zod';

/** Whether a report is made of a result: a field of requests. */
export const report = z.boolean().default(true).meta({
  description: 'no report.html, nor the pictures and data in report/ that it is made of',
  group: 'output',
  undecisive: true,
});

/** Where the report is: a field of results. */
export const reportResult = {
  report: z.string().nullable().meta({ description: 'page of the report; null without one' }),
};
