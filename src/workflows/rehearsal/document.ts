import * as z from 'zod';

/** What would become of a path: a new file or folder, one that is replaced, or one that is continued. */
export const FATES = ['new', 'replaced', 'continued'] as const;
export type Fate = (typeof FATES)[number];

const range = z.object({ low: z.number(), high: z.number() });
const size = z.object({ width: z.number(), height: z.number() });

/** The screen that would be read. */
export const rehearsedScreen = z.object({
  path: z.string(),
  layout: z.string().meta({ description: 'what it is read from' }),
  fields: z.number(),
  unreadable: z.number().meta({ description: 'fields whose files are missing or have damaged headers' }),
  plates: z.number().meta({ description: '0 where no plate is named' }),
  wells: z.number().meta({ description: '0 where no well is named' }),
  sites: range.nullable().meta({ description: 'fields of a well; null where no well is named' }),
  channels: z.array(z.string()),
  smallest: size.meta({ description: 'pixels of the smallest field' }),
  largest: size.meta({ description: 'pixels of the largest field' }),
  bytes: z.number().nullable().meta({ description: 'of all images; null where they are folders' }),
});

/** What a workflow would do. It is the document that a dry run prints. */
export const rehearsal = z.object({
  command: z.string().meta({ description: 'the command' }),
  reads: z
    .object({
      files: z.array(z.object({ path: z.string(), bytes: z.number().nullable() })).readonly(),
      screen: rehearsedScreen.nullable(),
    })
    .meta({
      description:
        'tables and models, and the screen with its fields, plates, wells, sites, channels, sizes in pixels and bytes',
    }),
  does: z.array(z.string()).readonly().meta({ description: 'what would be done, in sentences' }),
  writes: z
    .array(
      z.object({
        path: z.string(),
        files: z.number().optional().meta({ description: 'how many files a folder gets, where that is known' }),
        fate: z.enum(FATES),
      }),
    )
    .readonly()
    .meta({
      description: 'files and folders that would be written, and whether they are new, would be replaced or continued',
    }),
  seconds: range.nullable().meta({ description: 'how long it may take; null where that cannot be known' }),
  how: z.string().meta({ description: 'how the time was estimated' }),
});

export type Rehearsal = z.output<typeof rehearsal>;
export type RehearsedScreen = z.output<typeof rehearsedScreen>;
/** Seconds. */
export type TimeRange = z.output<typeof range>;
