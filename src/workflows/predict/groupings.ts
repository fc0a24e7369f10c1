export const GROUPINGS = ['well', 'treatment'] as const;

/** What fields are grouped by. */
export type Grouping = (typeof GROUPINGS)[number];
