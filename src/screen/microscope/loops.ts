/** What names say of a plane beyond its field and channel. */
export interface Loops {
  /** The point in time. */
  readonly time?: string | undefined;
  /** The plane of depth. */
  readonly depth?: number | undefined;
}

/** The point in time and the plane that the rest of a name tells, as in `_t001_z2`, in any order. */
export function loopsIn(rest: string): Loops {
  const numberOf = (letter: string) => new RegExp(`(?:^|[_\\d])${letter}(\\d+)(?=$|[_.tz])`, 'i').exec(rest)?.[1];
  const [time, depth] = [numberOf('t'), numberOf('z')];
  return {
    ...(time !== undefined && { time: String(Number(time)) }),
    ...(depth !== undefined && { depth: Number(depth) }),
  };
}
