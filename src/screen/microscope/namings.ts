import { cellVoyager } from './cellvoyager.ts';
import { columbus } from './columbus.ts';
import { cq1 } from './cq1.ts';
import { cytation } from './cytation.ts';
import { defaultPattern } from './default-pattern.ts';
import { harmony } from './harmony.ts';
import { imageXpress } from './imagexpress.ts';
import { inCell } from './incell.ts';
import { incucyte } from './incucyte.ts';
import { leica } from './leica.ts';
import type { Naming } from './naming.ts';
import { nikon } from './nikon.ts';
import { scanR } from './scanr.ts';

/**
 * All that are known; of two that know as many names, the first is taken. No name is of two but those of ImageXpress and of
 * CellProfiler's default pattern, which a test holds.
 */
export const namings: readonly Naming[] = [
  ...[imageXpress, harmony, cellVoyager, inCell, columbus, scanR, cytation, incucyte, nikon, cq1, leica],
  defaultPattern,
];
