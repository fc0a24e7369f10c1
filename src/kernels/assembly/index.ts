// Loops over activations in blocks of channels, `[blocks, rows, columns, lanes]` with 8 or 16 lanes, as ONNX Runtime
// has them inside its convolutions, over weights, over pixels and over bytes of files. Arguments named x, y, z, dz … are addresses in the memory that is imported.

export { sumCounts } from './counts';
export { averageBlocks, differBlocks, product } from './haar';
export { add, addSums, block, clearGaps, passWherePositive, unblock, unblockWeights } from './layout';
export { addDifferences8, addDifferences16, unpackLzw } from './lzw';
export { adam, approach } from './optimizer';
export { drawMask, pool } from './pool';
export { addPooledSums, unpool } from './unpool';
export { combineParts, combineRows, combineSlopes, separateRows } from './winograd';
