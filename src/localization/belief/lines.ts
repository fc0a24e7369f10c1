import { AREA, type Blocks, SIDE } from './blocks.ts';

/** The chains of a grid in one direction, rows or columns, cut into blocks. */
export interface Lines {
  /** Lines of blocks, and blocks in each of them. */
  readonly count: number;
  readonly length: number;
  /** Steps from one line to the next, and from one block of a line to the next (in blocks). */
  readonly lineStep: number;
  readonly blockStep: number;
  /** Steps from one pixel to the next of its chain, and to the next chain (in places of a block). */
  readonly along: number;
  readonly across: number;
  /** e^J of the edge from each pixel to the next of its chain; 1 where there is none. */
  readonly couplings: Float64Array;
  /** Odds that enter the chains of each block from the previous and from the next block, `[blocks, SIDE]`. */
  readonly fromBefore: Float64Array;
  readonly fromBehind: Float64Array;
}

/** The chains of pixels along the rows, or along the columns, of a grid without messages. */
export function linesOf({ rows, columns }: Blocks, along: 'rows' | 'columns', couplings: Float64Array): Lines {
  const messages = () => new Float64Array(rows * columns * SIDE).fill(1);
  const ends = { couplings, fromBefore: messages(), fromBehind: messages() };
  return along === 'rows'
    ? { count: rows, length: columns, lineStep: columns, blockStep: 1, along: 1, across: SIDE, ...ends }
    : { count: columns, length: rows, lineStep: 1, blockStep: columns, along: SIDE, across: 1, ...ends };
}

/** The evidence of each pixel, as odds, in blocks; and how far each block has moved since it was last visited. */
export interface Odds {
  readonly odds: Float64Array;
  /** Sum of the largest changes of log odds, by block. */
  readonly unseen: Float64Array;
}

/**
 * Sum-product along chains, exact given the messages from the sides. `evidence` are the odds of a pixel alone, `across`
 * those with the messages of the other direction; `result` receives those with the messages of this direction. Blocks
 * whose incoming messages have changed by no more than `tolerance` (log odds) are skipped.
 *
 * A message is (e^J x + 1) / (x + e^J), where x are the odds of the sender without the message it received from the
 * receiver. With odds rather than log odds, a message takes a single division.
 *
 * @returns the largest change of the log odds of a pixel
 */
export function solveLines(
  lines: Lines,
  { evidence, across, result, tolerance }: { evidence: Float64Array; across: Odds; result: Odds; tolerance: number },
): number {
  const { count, length, lineStep, blockStep } = lines;
  const most = Math.exp(tolerance);
  const incoming = new Float64Array(length * AREA);
  const outgoing = new Float64Array(SIDE);
  const ahead = new Uint8Array(length);
  let change = 0;
  for (let line = 0; line < count; line++) {
    ahead.fill(0);
    for (let k = 0; k < length; k++) {
      const block = line * lineStep + k * blockStep;
      if (across.unseen[block]! > tolerance) {
        across.unseen[block] = 0;
        ahead[k] = 1;
      }
      if (ahead[k] === 0) continue;
      sendForward(lines, { odds: across.odds, block, incoming, at: k * AREA, outgoing });
      if (k + 1 < length && accept(lines.fromBefore, (block + blockStep) * SIDE, outgoing, most)) ahead[k + 1] = 1;
    }
    let moved = false;
    for (let k = length - 1; k >= 0; k--) {
      if (ahead[k] === 0 && !moved) continue;
      const block = line * lineStep + k * blockStep;
      if (ahead[k] === 0) sendForward(lines, { odds: across.odds, block, incoming, at: k * AREA, outgoing });
      const before = k > 0 ? block - blockStep : -1;
      const factor = sendBackward(lines, {
        evidence,
        odds: across.odds,
        result: result.odds,
        block,
        before,
        incoming,
        at: k * AREA,
        outgoing,
      });
      const moves = Math.log(factor);
      result.unseen[block]! += moves;
      if (moves > change) change = moves;
      moved = before >= 0 && accept(lines.fromBehind, before * SIDE, outgoing, most);
    }
  }
  return change;
}

/** Adopts new messages unless all are within a factor of `most` of those last used. */
function accept(messages: Float64Array, at: number, found: Float64Array, most: number): boolean {
  let differs = false;
  for (let i = 0; i < SIDE; i++) {
    const [is, was] = [found[i]!, messages[at + i]!];
    if (is > was * most || was > is * most) differs = true;
  }
  if (differs) messages.set(found, at);
  return differs;
}

interface Forward {
  readonly odds: Float64Array;
  readonly block: number;
  /** Receives the message of each pixel from the one before it, from place `at` on. */
  readonly incoming: Float64Array;
  readonly at: number;
  /** Receives the messages from this block to the next. */
  readonly outgoing: Float64Array;
}

function sendForward(lines: Lines, { odds, block, incoming, at, outgoing }: Forward): void {
  const { along, across, couplings, fromBefore } = lines;
  const first = block * AREA;
  for (let b = 0; b < SIDE; b++) outgoing[b] = fromBefore[block * SIDE + b]!;
  for (let a = 0; a < SIDE; a++) {
    for (let b = 0, i = a * along; b < SIDE; b++, i += across) {
      const message = outgoing[b]!;
      incoming[at + i] = message;
      const x = odds[first + i]! * message;
      const j = couplings[first + i]!;
      outgoing[b] = (j * x + 1) / (x + j);
    }
  }
}

interface Backward extends Forward {
  readonly evidence: Float64Array;
  readonly result: Float64Array;
  /** The block before this one in its line; -1 for none. */
  readonly before: number;
}

/** @returns the largest factor by which the odds of a pixel have changed */
function sendBackward(
  lines: Lines,
  { evidence, odds, result, block, before, incoming, at, outgoing }: Backward,
): number {
  const { along, across, couplings, fromBehind } = lines;
  const first = block * AREA;
  let factor = 1;
  for (let b = 0; b < SIDE; b++) outgoing[b] = fromBehind[block * SIDE + b]!;
  for (let a = SIDE - 1; a >= 0; a--) {
    // The edge to the previous pixel; for the first pixel of a block, the last edge of the previous block.
    const edge = a > 0 ? first + (a - 1) * along : before * AREA + (SIDE - 1) * along;
    const last = a === 0 && before < 0;
    for (let b = 0, i = a * along; b < SIDE; b++, i += across) {
      const message = outgoing[b]!;
      const is = evidence[first + i]! * incoming[at + i]! * message;
      const was = result[first + i]!;
      if (is > was * factor) factor = is / was;
      else if (was > is * factor) factor = was / is;
      result[first + i] = is;
      if (last) continue;
      const x = odds[first + i]! * message;
      const j = couplings[edge + b * across]!;
      outgoing[b] = (j * x + 1) / (x + j);
    }
  }
  return factor;
}
