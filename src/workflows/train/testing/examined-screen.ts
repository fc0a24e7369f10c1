import { hashContent } from '../../../files/hash.ts';
import type { Field } from '../../../screen/screen.ts';
import type { ExaminedScreen } from '../examine-screen.ts';
import type { PlanRequest } from '../plan-training.ts';
import { type TrainRequest, trainRequest } from '../request.ts';

/** A screen as if every file of it had been opened: two plates of six wells of two fields, each well of one of three classes. */
export function examinedScreen({
  height = 200,
  width = 240,
  bitDepth = 16 as const,
}: {
  height?: number;
  width?: number;
  bitDepth?: 8 | 16 | 32;
} = {}): ExaminedScreen {
  const fields = Array.from({ length: 24 }, (_, i): Field => {
    const well = Math.floor(i / 2) % 6;
    const plate = `Plate${i < 12 ? 1 : 2}`;
    return {
      imageNumber: i + 1,
      row: i + 2,
      sources: ['DNA', 'Actin'].map((channel) => ({ file: `/screen/images/${i + 1}_${channel}.tif`, plane: 0 })),
      metadata: { Metadata_Plate: plate, Metadata_Well: `A0${well + 1}`, Metadata_MOA: 'abc'[well % 3]! },
    };
  });
  const columns = ['Metadata_Plate', 'Metadata_Well', 'Metadata_MOA'];
  const files = fields.flatMap(({ sources }) => sources.map(({ file }) => file));
  const pixels = height * width;
  const screen = { source: '/screen/fields.csv', channels: ['DNA', 'Actin'], columns, fields };
  const readable = fields.map((field, i) => {
    const means = [100 + i, 200 - i];
    const measured = {
      pixels,
      sum: means.map((mean) => mean * pixels),
      largest: means.map((mean) => mean + 10),
      squares: means.map((mean) => (mean ** 2 + 25) * pixels),
      // Half of the pixels are within 5 of the mean.
      quantiles: means.map((mean) => Float32Array.of(mean - 10, mean - 5, mean, mean + 5, mean + 10)),
    };
    return { field, height, width, bitDepth, measured };
  });
  return {
    screen,
    whole: screen,
    labelOf: new Map(fields.map((field) => [field, field.metadata.Metadata_MOA!])),
    table: 'hash of the table',
    readable,
    measured: readable.map(({ field, measured }) => [field, measured]),
    skipped: [],
    hashes: new Map(files.map((file) => [file, `hash of ${file}`])),
  };
}

/** A machine to plan for. */
export const machine = {
  hash: hashContent,
  threads: 2,
  memory: 8e9,
  lanes: async (): Promise<8 | 16 | undefined> => 16,
  about: { versions: { milscope: '1.2.3' }, command: [] },
};

/** A request with its defaults, but for what is given. */
export function requestOf(more: Readonly<Record<string, unknown>> = {}): TrainRequest & PlanRequest {
  return trainRequest.parse({ screen: '/screen/fields.csv', label: 'MOA', out: 'run', ...more });
}
