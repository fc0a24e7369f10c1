/** Below this a probability is taken as this before its logarithm, so that the loss stays finite in float32. */
export const LEAST_PROBABILITY = 1e-6;
