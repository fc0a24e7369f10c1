import { named } from '../errors.ts';
import type { SegmentResult } from '../workflows/segment/request.ts';
import { segment } from '../workflows/segment/segment.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';

/** `segment <model> <screen> --out <dir>`: Jacobian maps, masks, regions, and their overlap with a reference. */
export const createSegmentCommand: CreateCommand = (console) =>
  workflowCommand(segment, console, {
    summary,
    examples: [
      'milscope segment run/model.onnx fields.csv --out segmented --classes each',
      'milscope segment run/model.onnx fields.csv --out measured --reference objects=Cells',
    ],
  });

function summary(result: SegmentResult): string {
  const { out, fields, regions, perClass, empty, unconverged, reference, overlap, galleries, skipped } = result;
  const counts = Object.entries(perClass).map(([name, count]) => `  ${String(count).padStart(6)}  ${name}\n`);
  const figure = ({ mean, median }: { mean: number; median: number }) =>
    `mean ${mean.toFixed(3)}, median ${median.toFixed(3)}`;
  const measured =
    overlap === null
      ? ''
      : `Against ${reference}, ${overlap.fields} fields:
  foreground IoU  ${figure(overlap.foregroundIoU)}
  background IoU  ${figure(overlap.backgroundIoU)}
  mean IU         ${figure(overlap.meanIU)}
`;
  const note = [
    ...(empty > 0 ? [`${empty} fields have no region.\n`] : []),
    ...(unconverged > 0
      ? [
          `Belief propagation had not converged in ${unconverged} fields; ${named('iterations')} allows it more iterations.\n`,
        ]
      : []),
    ...(skipped > 0 ? [`${skipped} fields or references could not be read: see ${result.skippedFile}\n`] : []),
  ].join('');
  const pictures = galleries.length > 0 ? `Look at it: ${galleries.join(', ')}\n` : '';
  return `${regions} regions in ${fields} fields: ${out}\n${counts.join('')}${measured}${note}${pictures}`;
}
