import { numberBetween } from '../request-fields.ts';

/** The fields of a request that say how cells are found and measured. */
export const measuringFields = {
  distance: numberBetween({ least: 0, most: 1000 })
    .default(10)
    .meta({ description: 'how far a cell reaches beyond its nucleus', value: 'pixels', group: 'how' }),
  diameter: numberBetween({ least: 1, most: 1000 }).optional().meta({
    description: 'diameter of a typical nucleus',
    value: 'pixels',
    usually: 'estimated in each field',
    group: 'how',
  }),
};
