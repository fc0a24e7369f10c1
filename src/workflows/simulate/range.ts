import * as z from 'zod';

/**
 * Two numbers, the smaller first: `[0.5, 0.9]`, or as a text `0.5-0.9`, or one number for both ends.
 *
 * @param options.like what such a text looks like
 */
export function range({
  least,
  most = Number.MAX_SAFE_INTEGER,
  whole = false,
  like,
}: {
  least: number;
  most?: number;
  whole?: boolean;
  like: string;
}) {
  const bounds = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  const error = `Expected two ${whole ? 'whole numbers' : 'numbers'} ${bounds}, the smaller first, as ${like}.`;
  const ends = z.tuple([z.number(), z.number()], { error });
  return z.union([z.string(), ends.readonly()], { error }).transform((value, context): readonly [number, number] => {
    const [first, last] = typeof value === 'string' ? parse(value) : value;
    const fits = first >= least && first <= last && last <= most;
    if (fits && (!whole || (Number.isInteger(first) && Number.isInteger(last)))) return [first, last];
    context.addIssue({ code: 'custom', message: error });
    return z.NEVER;
  });
}

/** The numbers of a text; NaN where it has none. */
function parse(text: string): readonly [number, number] {
  const parts = /^(\d*\.?\d+)(?:-(\d*\.?\d+))?$/.exec(text.trim());
  return [Number(parts?.[1]), Number(parts?.[2] ?? parts?.[1])];
}
