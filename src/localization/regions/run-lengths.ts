import type { Box, Region } from './measure-labels.ts';

/** A label image (pixels). */
interface LabelImage {
  readonly labels: Int32Array;
  readonly height: number;
  readonly width: number;
}

/**
 * The pixels of a region as COCO counts them: alternating runs outside and inside, column by column from the upper left
 * corner, beginning outside (maybe with length 0).
 */
export function runLengths({ labels, height, width }: LabelImage, { label, box }: Region): number[] {
  const { add, result } = countRuns(label, { height, width });
  add({ labels, top: 0, left: 0, stride: width }, box);
  return result();
}

/** Labels of a part of a field: where it begins, and the length of its rows. */
export interface LabelPart {
  readonly labels: Int32Array;
  readonly top: number;
  readonly left: number;
  readonly stride: number;
}

/** {@link runLengths} of a region that comes in parts side by side, from left to right. @param size of the field */
export function countRuns(
  label: number,
  { height, width }: { readonly height: number; readonly width: number },
): {
  /** Counts what is in a box of the field, as the part has it. */
  readonly add: (part: LabelPart, box: Box) => void;
  readonly result: () => number[];
} {
  const counts: number[] = [];
  // Where the last run ended, counted down the columns.
  let end = 0;
  return {
    add({ labels, top, left, stride }, box) {
      const isIn = (x: number, y: number): boolean => labels[(y - top) * stride + x - left] === label;
      for (let x = box.left; x < box.right; x++) {
        for (let y = box.top; y < box.bottom; y++) {
          if (!isIn(x, y)) continue;
          const start = y;
          while (y < box.bottom && isIn(x, y)) y++;
          const from = x * height + start;
          if (from === end && counts.length > 0) counts[counts.length - 1]! += y - start;
          else counts.push(from - end, y - start);
          end = x * height + y;
        }
      }
    },
    result() {
      const rest = height * width - end;
      return rest > 0 ? [...counts, rest] : counts;
    },
  };
}

/**
 * Run lengths in COCO's compressed text: from the fourth on, each minus the one two before it; five bits per character
 * from the lowest, a sixth bit if more follow, shifted to printable characters (`rleToString` of the COCO API).
 */
export function compressRuns(counts: readonly number[]): string {
  let text = '';
  for (let i = 0; i < counts.length; i++) {
    let rest = counts[i]! - (i > 2 ? counts[i - 2]! : 0);
    for (let more = true; more; ) {
      const bits = rest & 31;
      rest >>= 5;
      // The last character carries the sign of the number in its fifth bit.
      more = (bits & 16) === 0 ? rest !== 0 : rest !== -1;
      text += String.fromCharCode((more ? bits | 32 : bits) + 48);
    }
  }
  return text;
}
