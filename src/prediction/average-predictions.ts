/** What the model says of one picture. */
export interface ModelOutputs {
  /** The last layer, one number a class. */
  readonly probability: Float32Array;
  /** The pooling layer, one number a class. */
  readonly bag: Float32Array;
  /** The mean of each feature map, where profiles are asked for. */
  readonly profile?: Float32Array | undefined;
  /** Of an ensemble: the probabilities of each member after one another, `[M·K]`. */
  readonly members?: Float32Array | undefined;
  /** Of a cell that is an instance: its share of the summary of its bag, `[K]` for each part. */
  readonly summary?: readonly Float32Array[] | undefined;
}

/** What the model says of one field. */
export interface FieldPrediction extends ModelOutputs {
  /** Place of the most probable class; where a field may have several labels, thresholds say more. */
  readonly predicted: number;
}

/**
 * What pictures of a field say of it together: the mean over them of each number. The pictures are its single cells, as in
 * the cropped-cell baseline of Kraus, Ba & Frey (2016), or views of the whole of it.
 *
 * @param pictures at least one
 */
export function averagePredictions(pictures: readonly ModelOutputs[]): FieldPrediction {
  const probability = meanOfRows(pictures.map((picture) => picture.probability));
  const bag = meanOfRows(pictures.map((picture) => picture.bag));
  const profiles = pictures.flatMap(({ profile }) => profile ?? []);
  const members = pictures.flatMap((picture) => picture.members ?? []);
  return {
    predicted: probability.indexOf(Math.max(...probability)),
    ...{ probability, bag },
    ...(members.length > 0 && { members: meanOfRows(members) }),
    ...(profiles.length > 0 && { profile: meanOfRows(profiles) }),
  };
}

/** The mean of each number over rows of the same length, of which there is at least one. */
export function meanOfRows(rows: readonly Float32Array[]): Float32Array {
  return rows[0]!.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);
}
