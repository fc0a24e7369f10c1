import { NO_FILTERS } from '../data/selection.ts';
import type { Report } from './report.ts';

/** Chooses the fields of a treatment alone; all fields where these are chosen already. */
export function chooseTreatment({ store }: Pick<Report, 'store'>, treatment: string): void {
  const chosen = store.state().filters.treatment === treatment;
  store.set({ filters: chosen ? NO_FILTERS : { ...NO_FILTERS, treatment } });
}
