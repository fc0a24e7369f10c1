import { agreeing, counted } from '../../words.ts';
import type { Assay } from './assay.ts';

const SOURCES = {
  bScore:
    'Brideau C, Gunter B, Pikounis B, Liaw A. Improved statistical methods for hit selection in high-throughput screening. J Biomol Screen 8:634–647 (2003).',
  zPrime:
    'Zhang JH, Chung TDY, Oldenburg KR. A simple statistical parameter for use in evaluation and validation of high throughput screening assays. J Biomol Screen 4:67–73 (1999).',
  ssmd: 'Zhang XD. A pair of new statistical parameters for quality control in RNA interference high-throughput screening assays. Genomics 89:552–561 (2007).',
  permutation: 'Phipson B, Smyth GK. Permutation P-values should never be zero. Stat Appl Genet Mol Biol 9:39 (2010).',
  falseDiscovery: 'Benjamini Y, Hochberg Y. Controlling the false discovery rate. J R Stat Soc B 57:289–300 (1995).',
} as const;

/**
 * What a methods section says of an assay, and its references.
 *
 * @param options.falseDiscoveryRate largest q of a hit
 */
export function methodsOfAssay(
  assay: Assay,
  { version, falseDiscoveryRate }: { readonly version: string; readonly falseDiscoveryRate: number },
): { readonly methods: string; readonly references: readonly string[] } {
  const references: string[] = [];
  const cite = (source: keyof typeof SOURCES) => {
    references.push(SOURCES[source]);
    return `[${references.length}]`;
  };
  const sentences = [
    scoringWords(assay, { version, cite }),
    ...qualityWords(assay, cite),
    ...hitWords(assay, { falseDiscoveryRate, cite }),
    ...doseWords(assay),
  ];
  return { methods: sentences.join(' '), references };
}

type Cite = (source: keyof typeof SOURCES) => string;

function scoringWords({ scoring, controls }: Assay, { version, cite }: { version: string; cite: Cite }): string {
  const { words, normalization, correction } = scoring;
  const where = controls.group === null ? 'of their plate' : `of their plate and ${controls.group}`;
  const wells = `the negative control wells (${controls.negative.join(', ')} in ${controls.column}) ${where}`;
  const corrected =
    correction === 'b-score' ? ` Effects of rows and columns were removed by median polish ${cite('bScore')}.` : '';
  const against = {
    'robust-z': ` Wells were set against ${wells} as robust z, (x - median) / (1.4826 MAD).`,
    'percent-of-controls': ` Wells were set against ${wells}, in per cent of their mean.`,
    none: ` Wells were compared with ${wells}.`,
  }[normalization];
  return `Fields were scored by ${words} and wells by the median over their fields (milscope ${version}).${corrected}${against}`;
}

function qualityWords({ plates }: Assay, cite: Cite): readonly string[] {
  if (plates.every(({ zPrime }) => zPrime === null)) return [];
  return [`Plates were judged by Z′ ${cite('zPrime')} and SSMD ${cite('ssmd')} of the scores of control wells.`];
}

function hitWords(
  { hits }: Assay,
  { falseDiscoveryRate, cite }: { falseDiscoveryRate: number; cite: Cite },
): readonly string[] {
  if (hits.length === 0) return [];
  return [
    `${counted(hits.length, 'treatment')} ${agreeing(hits.length, 'was', 'were')} compared with the negative controls by a one-sided permutation test of wells within plates ${cite('permutation')}; treatments with a false discovery rate of at most ${falseDiscoveryRate} ${cite('falseDiscovery')} were called hits.`,
  ];
}

function doseWords({ doseResponse }: Assay): readonly string[] {
  if (doseResponse.length === 0) return [];
  return [
    'Four-parameter logistic curves were fitted to the scores of wells by least squares, with the negative controls as dose 0; EC50 is given with its profile-likelihood 95 % interval.',
  ];
}
