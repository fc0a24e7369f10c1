/**
 * What a report shows, as plain data: workflows gather it, `report/` keeps it as JSON, and the page is made of it alone. A
 * server can give the same to a page that is live.
 */
import type { Assay } from '../../evaluation/assay/assay.ts';
import type { ComparisonRow } from '../../evaluation/comparison/comparison.ts';
import type { Metrics } from '../../evaluation/evaluate.ts';

/** The version of this format: a kept document of another version is made anew. */
export const REPORT_VERSION = 1;

/** What a column of fields tells, so that the page knows where to show it. */
export type FieldRole =
  | 'imageNumber'
  | 'objectNumber'
  | 'plate'
  | 'well'
  | 'site'
  | 'split'
  | 'truth'
  | 'predicted'
  | 'probability'
  | 'treatment'
  | 'replicate'
  | 'compound'
  | 'dose'
  | 'batch'
  | 'channelMean'
  | 'novelty'
  | 'spread'
  | 'cells'
  | 'metadata'
  /** Place of the thumbnail over all sheets, from 0. */
  | 'thumbnail'
  /** Coordinates in the map of fields. */
  | 'mapX'
  | 'mapY';

/** A column of the table of fields: texts as a dictionary with a place in it for each field, or numbers. */
export type FieldColumn = {
  /** As in the table: `Metadata_Plate`, `MIL_Probability_taxol`. */
  readonly name: string;
  readonly role: FieldRole;
  /** Of a probability its class, of a mean intensity its channel. */
  readonly of?: string;
} & (
  | { readonly texts: readonly string[]; readonly places: readonly number[] }
  | { readonly numbers: readonly (number | null)[] }
);

/** A picture of tiles side by side, row by row; the last one may be shorter. */
export interface ThumbnailSheet {
  /** Name of its file in `report/`: a WebP. */
  readonly file: string;
  /** Sides of a tile (pixels), tiles in a row, and tiles in all. */
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly tiles: number;
}

/** Fields (or cells) chosen to be seen larger. */
export interface Gallery {
  /** The class, and why these were chosen. */
  readonly class: string;
  readonly kind: 'best' | 'worst' | 'least sure';
  readonly entries: readonly {
    /** Place in the table of fields. */
    readonly field: number;
    /** File in `report/` (WebP): channels in colours; and the Jacobian map of the predicted class over it. */
    readonly picture: string;
    readonly overlay: string | null;
    /** Size of the field (pixels), and of a pixel (µm) where it is known. */
    readonly width: number;
    readonly height: number;
    readonly pixelSize: number | null;
  }[];
}

/** An epoch of a training. */
export interface ReportedEpoch {
  readonly epoch: number;
  readonly trainingLoss: number;
  readonly trainingAccuracy: number | null;
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
}

/** How a model was trained. */
export interface ReportedTraining {
  readonly epochs: readonly ReportedEpoch[];
  readonly chosenEpoch: number | null;
  readonly pooling: string;
  readonly sharpness: number | null;
  /** Thresholds that the pooling function has learned, by class; null where it has none. */
  readonly thresholds: readonly number[] | null;
  readonly parameters: number | null;
  readonly seconds: number | null;
}

/** Something that a reader should worry about, and what helps. */
export interface Worry {
  readonly serious: boolean;
  readonly problem: string;
  readonly remedy: string;
}

export interface ReportDocument {
  readonly version: typeof REPORT_VERSION;
  readonly kind: 'train' | 'evaluate' | 'compare' | 'predict' | 'segment' | 'hits';
  /** What it is of: `Mechanisms of action of plates Week1_22123 to Week9_39301`. */
  readonly title: string;
  /** The run, table or folder. */
  readonly source: string;
  readonly headline: {
    /** In words, with counts and intervals: `213 of 220 fields are right (0.968; 0.93 to 0.99)`. */
    readonly sentences: readonly string[];
    readonly facts: readonly { readonly value: string; readonly name: string; readonly kind?: 'good' | 'bad' }[];
    /** Baselines beside the result, best first: name, share right. */
    readonly baselines: readonly { readonly name: string; readonly accuracy: number; readonly how: string }[];
    readonly worries: readonly Worry[];
  };
  /** In the order of the model; their colours are those of the palette in this order, everywhere. */
  readonly classes: readonly string[];
  /** Channels in order, with the colour (`#rrggbb`) that each has in all pictures. */
  readonly channels: readonly { readonly name: string; readonly colour: string }[];
  /** Rows of the table of predictions; null where there are none, as in a comparison. */
  readonly fields: {
    readonly unit: 'field' | 'well' | 'treatment' | 'cell';
    readonly rows: number;
    readonly columns: readonly FieldColumn[];
  } | null;
  readonly sheets: readonly ThumbnailSheet[];
  /** Why some fields have no picture; null where all have one. */
  readonly sheetsNote: string | null;
  readonly galleries: readonly Gallery[];
  readonly metrics: Metrics | null;
  readonly assay: Assay | null;
  readonly comparison: {
    readonly rows: readonly ComparisonRow[];
    /** Plots as SVG, each with a caption. */
    readonly figures: readonly { readonly caption: string; readonly svg: string }[];
  } | null;
  readonly training: ReportedTraining | null;
  /** Overlap with a reference, as `overlap.csv` has it. */
  readonly segmentation: {
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
    readonly summary: readonly string[];
  } | null;
  /** How the map of fields was made, in words: `PCA of the profiles of all 220 fields`; null without a map. */
  readonly map: { readonly how: string } | null;
  readonly skipped: readonly {
    readonly imageNumber: string;
    readonly file: string;
    readonly tag: string;
    readonly message: string;
  }[];
  readonly made: {
    /** As it is typed again. */
    readonly command: string;
    readonly date: string;
    readonly versions: Readonly<Record<string, string>>;
    /** Options as they were resolved, written as users know them: `--epochs`. */
    readonly options: readonly { readonly name: string; readonly value: string }[];
    /** Files and their SHA-256. */
    readonly hashes: readonly { readonly name: string; readonly hash: string }[];
    /** A paragraph for a methods section, and its references. */
    readonly methods: string;
    readonly references: readonly string[];
  };
}
