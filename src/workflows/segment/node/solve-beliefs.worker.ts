/** A worker thread that solves belief propagation in tiles of large fields. */

import { type BeliefTile, type SolvedTile, solveTile } from '../../../localization/belief/propagate-in-tiles.ts';
import { answerRequests } from '../../../threads/answer-requests.ts';

answerRequests<BeliefTile, SolvedTile>(solveTile, { givenAway: ({ mask }) => [mask.buffer as ArrayBuffer] });
