import { named } from '../../errors.ts';
import { agreeing, counted } from '../../words.ts';
import type { ControlReport } from './controls.ts';
import type { Advice } from './inspection.ts';

/** Wells of a control on a plate below which its spread is hardly known. */
const FEWEST = 4;

/** What to do about plates without controls, or with few. */
export function adviseOnControls({ plates, positive }: ControlReport): Advice[] {
  const roles = [
    { role: 'negative', of: ({ negatives }: (typeof plates)[number]) => negatives },
    ...(positive.length > 0 ? [{ role: 'positive', of: ({ positives }: (typeof plates)[number]) => positives }] : []),
  ];
  return roles.flatMap(({ role, of }): Advice[] => {
    const without = plates.filter((plate) => of(plate) === 0);
    const few = plates.filter((plate) => of(plate) > 0 && of(plate) < FEWEST);
    const names = (some: typeof plates) =>
      some.length <= 5 ? some.map(({ plate }) => plate || 'the plate').join(', ') : counted(some.length, 'plate');
    const missing: Advice = {
      serious: true,
      problem: `${names(without)} ${agreeing(without.length, 'has', 'have')} no ${role} control well that can be read`,
      remedy: `name the value of ${agreeing(without.length, 'this plate', 'these plates')} with ${named(role)} too; otherwise ${agreeing(without.length, 'its', 'their')} wells can be compared with none`,
    };
    const scarce: Advice = {
      serious: false,
      problem: `${names(few)} ${agreeing(few.length, 'has', 'have')} fewer than ${FEWEST} ${role} control wells`,
      remedy: 'Z′ and p values of so few wells are rough: take more control wells if you can still choose',
    };
    return [...(without.length > 0 ? [missing] : []), ...(few.length > 0 ? [scarce] : [])];
  });
}
