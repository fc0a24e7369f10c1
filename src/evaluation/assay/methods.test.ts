import { expect, it } from 'vitest';
import { assessAssay } from './assess.ts';
import { methodsOfAssay } from './methods.ts';
import { assayTable } from './testing/assay-table.ts';

const wells = (names: string, p: number, Compound: string) =>
  names.split(' ').map((well, i) => ({ well, p: p + 0.01 * i, Compound, Dose: Compound === 'x' ? i + 1 : 0 }));
const table = assayTable([
  ...wells('A01 A02 A03', 0.1, 'DMSO'),
  ...wells('B01 B02', 0.9, 'taxol'),
  ...wells('C01', 0.5, 'x'),
]);
const asked = { controlColumn: 'Compound', negative: ['DMSO'], positive: ['taxol'] };
const about = { version: '1.2.3', falseDiscoveryRate: 0.1 };

it('says how wells were scored, judged and compared, and cites what was used', () => {
  const { methods, references } = methodsOfAssay(assessAssay(table, asked), about);
  expect(methods).toContain('scored by log odds of active against quiet');
  expect(methods).toContain('negative control wells (DMSO in Metadata_Compound) of their plate as robust z');
  expect(methods).toContain('a false discovery rate of at most 0.1 [4]');
  expect(methods).not.toMatch(/logistic|polish/);
  expect(references).toHaveLength(4);
  expect(references[0]).toContain('Zhang JH');
});

it('speaks of corrections and doses only where there were any', () => {
  const corrected = assessAssay(table, { ...asked, correction: 'b-score', dose: 'Dose', normalization: 'none' });
  const { methods, references } = methodsOfAssay(corrected, about);
  expect(methods).toContain('removed by median polish [1]');
  expect(methods).toContain('Four-parameter logistic curves');
  expect(methods).not.toContain('robust z');
  expect(references[0]).toContain('Brideau');
});
