/** A unit of concentration that is known: doses in units of one family can be converted. */
export interface DoseUnit {
  /** As it is written: `µM`. */
  readonly name: string;
  /** Moles per volume or mass per volume. */
  readonly family: 'molar' | 'mass';
  /** What it is in mol/L, or in g/L. */
  readonly factor: number;
}

const PREFIXES: Readonly<Record<string, number>> = { f: 1e-15, p: 1e-12, n: 1e-9, u: 1e-6, m: 1e-3, '': 1 };
const PER_LITRE: Readonly<Record<string, number>> = { l: 1, ml: 1e3, ul: 1e6 };

/**
 * The unit that a name stands for: `nM`, `uM`, `µM` (U+00B5 or U+03BC), `umol/L`, `ng/mL`, `ug/ml`, `mg/L` and so on.
 * Undefined of any other name: `%`, or `nm`, which may be meant but is a length.
 */
export function doseUnit(name: string): DoseUnit | undefined {
  const plain = name.trim().replace(/[µμ]/gu, 'u');
  const [, prefix, quantity, volume] =
    /^([fpnum]?)(M|mol|moles|g)(?:\s*(?:\/|_per_| per )\s*([um]?[lL]|liter|litre))?$/.exec(plain) ?? [];
  if (quantity === undefined || (quantity === 'M') !== (volume === undefined)) return undefined;
  const size = PREFIXES[prefix!]!;
  const written = prefix === 'u' ? 'µ' : prefix!;
  if (quantity === 'M') return { name: `${written}M`, family: 'molar', factor: size };
  const per = volume!.startsWith('lit') ? 'l' : volume!.toLowerCase();
  const factor = size * PER_LITRE[per]!;
  if (quantity === 'g')
    return { name: `${written}g/${per.replace('u', 'µ').replace('l', 'L')}`, family: 'mass', factor };
  return per === 'l' ? { name: `${written}M`, family: 'molar', factor } : undefined;
}

/**
 * The unit that the name of a column of doses ends in: `Metadata_mmoles_per_liter`, `Metadata_mg_per_ml`,
 * `Concentration_uM`, `Dose (µM)`, `dose [ng/mL]`. Undefined where it names none.
 */
export function unitOfColumn(column: string): DoseUnit | undefined {
  const [, last] = /(?:^|[_\s([])([fpnumµμ]?(?:M|mol|moles|g)(?:(?:\/|_per_)\w+)?)[)\]]?$/u.exec(column) ?? [];
  return last === undefined ? undefined : doseUnit(last);
}

/** Doses in one unit. */
export interface DosesOfUnit<Dosed> {
  /** As it is written in the table or, of a family, that of most doses above 0; null without unit. */
  readonly unit: string | null;
  readonly doses: readonly Dosed[];
}

/**
 * Brings doses to as few units as they allow. Units of one family become the one that most doses above 0 have (the first of equals).
 * Units that are not known stay apart by their name, and so do doses without unit; but where all of these are 0, and all
 * others have one unit, they join it: none is none in any unit. The order within a unit is kept.
 *
 * @example
 * bringToOneUnit([{ dose: 500, unit: 'nM' }, { dose: 1, unit: 'uM' }, { dose: 2, unit: 'µM' }]); // 0.5, 1 and 2 µM
 */
export function bringToOneUnit<Dosed extends { readonly dose: number; readonly unit: string | null }>(
  doses: readonly Dosed[],
): readonly DosesOfUnit<Dosed>[] {
  const names = doses.flatMap((dosed) => nameOf(dosed) ?? []);
  const bare = doses.filter((dosed) => nameOf(dosed) === null);
  const joins = new Set(names.map(keyOf)).size === 1 && bare.every(({ dose }) => dose === 0);
  const groups = new Map<string, { dosed: Dosed; name: string | null; unit: DoseUnit | undefined }[]>();
  for (const dosed of doses) {
    const name = nameOf(dosed) ?? (joins ? names[0]! : null);
    const key = keyOf(name);
    groups.set(key, [...(groups.get(key) ?? []), { dosed, name, unit: name === null ? undefined : doseUnit(name) }]);
  }
  return [...groups.values()].map((members) => {
    const common = mostUsed(members.flatMap(({ dosed, unit }) => (unit !== undefined && dosed.dose > 0 ? [unit] : [])));
    const target = common ?? members[0]!.unit;
    const unit = target?.name ?? members[0]!.name;
    const inUnit = members.map((member) => ({ ...member.dosed, dose: converted(member, target), unit }));
    return { unit, doses: inUnit };
  });
}

function nameOf({ unit }: { readonly unit: string | null }): string | null {
  return unit?.trim() || null;
}

/** What doses have in common that can be brought to one unit. */
function keyOf(name: string | null): string {
  return name === null ? '' : (doseUnit(name)?.family ?? `named ${name}`);
}

function converted(
  { dosed: { dose }, unit }: { dosed: { readonly dose: number }; unit: DoseUnit | undefined },
  target: DoseUnit | undefined,
): number {
  return unit === undefined || target === undefined || unit.factor === target.factor
    ? dose
    : rounded((dose * unit.factor) / target.factor);
}

/** Equal doses in different units must stay equal. */
function rounded(dose: number): number {
  return Number(dose.toPrecision(12));
}

function mostUsed(units: readonly DoseUnit[]): DoseUnit | undefined {
  const counts = new Map<string, { unit: DoseUnit; count: number }>();
  for (const unit of units) counts.set(unit.name, { unit, count: (counts.get(unit.name)?.count ?? 0) + 1 });
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.unit;
}
