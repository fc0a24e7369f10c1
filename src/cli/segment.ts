import { named } from '../errors.ts';
import { agreeing, counted } from '../words.ts';
import type { SegmentRequest, SegmentResult } from '../workflows/segment/request.ts';
import { segment } from '../workflows/segment/segment.ts';
import type { CreateCommand } from './main.ts';
import { workflowCommand } from './run-workflow.ts';
import { reportLine } from './summary-words.ts';

/** `segment <model> <screen> --out <dir>`: Jacobian maps, masks, regions, and their overlap with a reference. */
export const createSegmentCommand: CreateCommand = (console) =>
  workflowCommand(segment, console, {
    summary,
    examples: [
      'milscope segment run/model.onnx fields.csv --out segmented --classes each',
      'milscope segment run/model.onnx fields.csv --out measured --reference objects=Cells',
    ],
  });

function summary(result: SegmentResult, { recipe }: Pick<SegmentRequest, 'recipe'>): string {
  const { out, fields, regions, perClass, empty, unconverged, reference, overlap, galleries, skipped } = result;
  const counts = Object.entries(perClass).map(([name, count]) => `  ${String(count).padStart(6)}  ${name}\n`);
  const figure = ({ mean, median }: { mean: number; median: number }) =>
    `mean ${mean.toFixed(3)}, median ${median.toFixed(3)}`;
  const measured =
    overlap === null
      ? ''
      : `Against ${reference}, ${counted(overlap.fields, 'field')}:
  foreground IoU  ${figure(overlap.foregroundIoU)}
  background IoU  ${figure(overlap.backgroundIoU)}
  mean IU         ${figure(overlap.meanIU)}
`;
  const note = [
    ...(empty > 0 ? [`${counted(empty, 'field')} ${agreeing(empty, 'has', 'have')} no region.\n`] : []),
    // With guided masks, at most 0.003 % of the pixels changed: nobody needs to know.
    ...(unconverged > 0 && recipe === 'plain'
      ? [
          `In ${counted(unconverged, 'field')} belief propagation stopped before it had converged: ` +
            `some 0.1 % of the pixels may still change with ${named('iterations')} 1000.\n`,
        ]
      : []),
    ...(skipped > 0
      ? [`${counted(skipped, 'field')} or references could not be read: see ${result.skippedFile}\n`]
      : []),
  ].join('');
  const pictures = galleries.length > 0 ? `Look at it: ${galleries.join(', ')}\n` : '';
  return `${counted(regions, 'region')} in ${counted(fields, 'field')}: ${out}\n${counts.join('')}${measured}${note}${pictures}${reportLine(result.report)}`;
}
