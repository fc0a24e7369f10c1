/** What is said of plates that were measured. */
import { named } from '../../errors.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import type { ControlWells } from '../../pixels/normalization.ts';
import { fewFields } from '../../screen/plates/decide-normalization.ts';
import type { PlateStatistics } from '../../screen/plates/plate-statistics.ts';
import { counted } from '../../words.ts';
import type { RunningHost } from '../host.ts';

/** `2 plates, from 24 to 48 fields each`. */
export function measuredWords(plates: readonly PlateStatistics[], controls: ControlWells | undefined): string {
  const counts = plates.map(({ fields = 0 }) => fields);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (plates.length === 0) return counted(0, 'plate');
  const each = least === most ? counted(most, 'field') : `${least} to ${counted(most, 'field')}`;
  return `${counted(plates.length, 'plate')}, from ${each}${controls ? ' of control wells' : ''}${plates.length > 1 ? ' each' : ''}`;
}

/** Warns of plates of which few fields were measured. */
export function warnOfFew(
  { normalization: { scope = 'screen' } }: ModelDescription,
  plates: ReadonlyMap<string, PlateStatistics>,
  host: RunningHost,
): void {
  // A few fields that stand for all say nothing of the plates.
  if (host.opened?.part) return;
  const known = [...plates].flatMap(([name, { fields }]) => (fields === undefined ? [] : [{ name, fields }]));
  const few = fewFields(known, { scope });
  if (few === undefined) return;
  const remedy =
    scope === 'controls'
      ? 'give all control wells of the plate'
      : `measure whole plates, and give what was measured with ${named('plateStatistics')} where only a part of a plate is at hand`;
  host.emit({ event: 'warned', message: `${few}; ${remedy}` });
}
