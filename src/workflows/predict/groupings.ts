export const GROUPINGS = ['field', 'well', 'treatment'] as const;

/** What fields are grouped by; `field` are the cells of each. */
export type Grouping = (typeof GROUPINGS)[number];
