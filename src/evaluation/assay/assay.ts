/**
 * What a plate assay comes to: the score of every well, how good the plates are, which treatments are hits, and the
 * dose-response of every compound. Plain data, as `hits --json` prints it and as tables and pictures are made of it.
 */

/** How fields were scored, and what was done to the scores of wells. */
export interface Scoring {
  /** `class`: the probability of `of`; `not negative`: 1 - the probability of `against`; `log odds`: of `of` against `against`. */
  readonly kind: 'class' | 'not negative' | 'log odds';
  readonly of: string | null;
  readonly against: string | null;
  /** In words: `log odds of nuclear against cytoplasmic`. */
  readonly words: string;
  /** How the wells of a plate are set against its negative controls: what `normalized` of a well is. */
  readonly normalization: 'robust-z' | 'percent-of-controls' | 'none';
  readonly correction: 'none' | 'b-score';
}

export type WellRole = 'negative' | 'positive' | 'sample';

/** A well with its score. */
export interface ScoredWell {
  readonly plate: string;
  /** The series of the plate that has controls of its own; null where plates are not divided. */
  readonly group: string | null;
  readonly well: string;
  /** Place on the plate, from 0; null where the name of the well does not say. */
  readonly row: number | null;
  readonly column: number | null;
  readonly role: WellRole;
  readonly treatment: string | null;
  readonly compound: string | null;
  readonly dose: number | null;
  readonly unit: string | null;
  readonly replicate: string | null;
  /** Fields that were scored. */
  readonly fields: number;
  /** Median over the fields. */
  readonly score: number;
  /** The score after the effects of row and column were taken away; null without correction. */
  readonly corrected: number | null;
  /** The score (corrected where it is) against the negative controls of the plate and group; null where there are none. */
  readonly normalized: number | null;
  /** Cells of all fields of the well; null when not known. */
  readonly cells: number | null;
  /** Whether it has far fewer cells than the negative controls of its plate: a score of such a well may tell only of death. */
  readonly fewCells: boolean;
}

/** Whether the wells at one place of a plate score otherwise than those in its interior. */
export interface PositionEffect {
  readonly kind: 'edge' | 'row' | 'column';
  /** `edge`, `row A`, `column 12`. */
  readonly name: string;
  /** Wells there, and those of the interior that they are compared with. */
  readonly wells: number;
  readonly others: number;
  /** Wilcoxon's rank-sum test, two-sided; and after Benjamini and Hochberg over all places of the plate. */
  readonly p: number;
  readonly q: number;
  /** Cliff's delta: from -1 (all lower) to 1 (all higher). */
  readonly delta: number;
}

/** How good an assay is on one plate, or on one group of it. */
export interface PlateQuality {
  readonly plate: string;
  readonly group: string | null;
  readonly negatives: number;
  readonly positives: number;
  /** 1 - 3 (s+ + s-) / |m+ - m-| (Zhang et al. 1999), with deviations of the population as CellProfiler has them. */
  readonly zPrime: number | null;
  /** With medians, and 1.4826 times the median absolute deviation. */
  readonly zPrimeRobust: number | null;
  /** CellProfiler's one-tailed Z′, of the wells between the two means alone. */
  readonly zPrimeOneTailed: number | null;
  /** (m+ - m-) / sqrt(s+² + s-²) (Zhang 2007). */
  readonly ssmd: number | null;
  readonly signalToBackground: number | null;
  readonly negativeMean: number | null;
  readonly positiveMean: number | null;
  readonly negativeDeviation: number | null;
  readonly positiveDeviation: number | null;
  /** A sentence on how far these can be trusted; null where controls are enough. */
  readonly warning: string | null;
  /** Before any correction, and after it where one was asked for. */
  readonly effects: readonly PositionEffect[];
  readonly effectsAfter: readonly PositionEffect[] | null;
}

/** A treatment against the negative controls of its plates. */
export interface TreatmentHit {
  readonly treatment: string;
  readonly compound: string | null;
  readonly dose: number | null;
  readonly unit: string | null;
  /** Its wells (replicates), the negative controls of their plates, and the plates. */
  readonly wells: number;
  readonly negatives: number;
  readonly plates: number;
  /** Replicates that exceed all negative controls but at most one in twenty. */
  readonly above: number;
  /** Mean of its normalized scores less that of the controls, with a 95 % interval; null where it cannot be had. */
  readonly effect: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Permutation of wells within plates; the smallest p that so few wells can give; Benjamini and Hochberg. */
  readonly p: number | null;
  readonly smallestP: number | null;
  readonly q: number | null;
  readonly hit: boolean;
  /** Why it is none, or why this cannot be said, or what to mind: `only kills` where cells are few. */
  readonly reason: string | null;
  readonly cells: number | null;
  /** Cells of a well, as a share of those of the negative controls; null when not known. */
  readonly cellShare: number | null;
  readonly fewCells: boolean;
}

/** The response of one compound to its dose. */
export interface DoseResponse {
  readonly compound: string;
  readonly group: string | null;
  readonly unit: string | null;
  /** Dose at which half of the response is reached; null where `reason` says why there is none. */
  readonly ec50: number | null;
  /** 95 % interval of `ec50`; null for a side that is not bounded. */
  readonly low: number | null;
  readonly high: number | null;
  /** Hill slope, positive for a response that rises with dose; and the response at no dose and at endless dose. */
  readonly slope: number | null;
  readonly bottom: number | null;
  readonly top: number | null;
  /** Why there is no EC50, or what to mind of the one that there is. */
  readonly reason: string | null;
  readonly wells: number;
  readonly doses: number;
  /** CellProfiler's V factor. */
  readonly vFactor: number | null;
  /** F test of lack of fit; null without replicates. */
  readonly lackOfFit: { readonly f: number; readonly p: number } | null;
  /** Doses whose mean is lower than that of the dose before by more than wells differ among themselves. */
  readonly drops: readonly { readonly dose: number; readonly drop: number; readonly allowed: number }[];
  /** How much wells differ among themselves, and how that was estimated, in words. */
  readonly steps: string;
  /** The wells it was fitted to; dose 0 is the baseline. */
  readonly points: readonly {
    readonly plate: string;
    readonly well: string;
    readonly dose: number;
    readonly score: number;
    readonly negative: boolean;
    readonly positive: boolean;
  }[];
}

/** How well replicates of treatments agree. */
export interface ReplicateAgreement {
  /** Pairs of wells of one treatment. */
  readonly pairs: number;
  readonly treatments: number;
  readonly pearson: number | null;
  readonly spearman: number | null;
}

/** Everything that a plate assay comes to. */
export interface Assay {
  readonly scoring: Scoring;
  readonly controls: {
    readonly column: string;
    readonly negative: readonly string[];
    readonly positive: readonly string[];
    readonly group: string | null;
  };
  readonly plates: readonly PlateQuality[];
  readonly wells: readonly ScoredWell[];
  readonly hits: readonly TreatmentHit[];
  readonly replicates: ReplicateAgreement | null;
  readonly doseResponse: readonly DoseResponse[];
  /** What a reader should know, a sentence each. */
  readonly notes: readonly string[];
}
