/** The classical pipelines on the folds of a protocol: what each says of fields that it has not seen. */
import { trainFactorAnalysis } from '../../profiling/factor-profiles.ts';
import { trainFieldFeatures } from '../../profiling/field-features.ts';
import type { FieldProfile } from '../../profiling/field-profile.ts';
import { trainSvmEnsemble } from '../../profiling/svm-ensemble.ts';
import { foldsByWell } from '../splits.ts';

/** A field whose cells have been measured. */
export interface ProfiledField {
  readonly profile: FieldProfile;
  readonly label: string;
  readonly well: string;
  readonly treatment: string;
}

/** What a pipeline says of the tested fields, and of their treatments where it has a way of its own for those. */
export interface ClassicalAnswers {
  /** In alphabetical order. */
  readonly classes: readonly string[];
  /** For every tested field, `[K]`: the larger, the more probable; from 0 to 1. */
  readonly scores: readonly Float64Array[];
  /** `[K]` of every tested treatment. */
  readonly treatments?: ReadonlyMap<string, Float64Array>;
}

/** Learns from some fields and answers for others. */
export type ClassicalPipeline = (
  trained: readonly ProfiledField[],
  tested: readonly ProfiledField[],
  options: { readonly seed: number },
) => ClassicalAnswers;

/** Folds of whole wells among the training fields, by which a pipeline chooses what it does not learn. */
const INNER_FOLDS = 5;

function training(trained: readonly ProfiledField[], seed: number) {
  const classes = [...new Set(trained.map(({ label }) => label))].sort();
  return {
    classes,
    common: {
      labels: trained.map(({ label }) => classes.indexOf(label)),
      classes: classes.length,
      folds: foldsByWell(trained, { k: INNER_FOLDS, seed }),
    },
  };
}

const fieldFeatures: ClassicalPipeline = (trained, tested, { seed }) => {
  const { classes, common } = training(trained, seed);
  const { probability } = trainFieldFeatures({ ...common, fields: trained.map(({ profile }) => profile.values) });
  return { classes, scores: tested.map(({ profile }) => probability(profile.values)) };
};

/** A treatment has the profile of all its cells, not the median of its fields. */
const factorAnalysis: ClassicalPipeline = (trained, tested, { seed }) => {
  const { classes, common } = training(trained, seed);
  const { similarity } = trainFactorAnalysis({
    ...common,
    fields: trained.map(({ profile }) => profile.cells),
    treatments: trained.map(({ treatment }) => treatment),
  });
  const score = (fields: readonly ProfiledField[]) =>
    similarity(fields.map(({ profile }) => profile.cells)).map((cosine) => (1 + cosine) / 2);
  const treatments = new Map<string, ProfiledField[]>();
  for (const field of tested) {
    treatments.set(field.treatment, [...(treatments.get(field.treatment) ?? []), field]);
  }
  return {
    classes,
    scores: tested.map((field) => score([field])),
    treatments: new Map([...treatments].map(([name, fields]) => [name, score(fields)])),
  };
};

const svmEnsemble: ClassicalPipeline = (trained, tested, { seed }) => {
  const { classes, common } = training(trained, seed);
  const { votes } = trainSvmEnsemble({ ...common, fields: trained.map(({ profile }) => profile.cells) }, { seed });
  return { classes, scores: tested.map(({ profile }) => votes(profile.cells)) };
};

/** The pipelines by name. */
export const CLASSICAL_PIPELINES = {
  'field-features': fieldFeatures,
  'factor-analysis': factorAnalysis,
  'svm-ensemble': svmEnsemble,
} as const satisfies Readonly<Record<string, ClassicalPipeline>>;
