import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import sharp from 'sharp';
import type { NoveltyFields } from '../../src/network/novelty-fields.ts';
import { fitNovelty } from '../../src/prediction/novelty/reference.ts';
import { levelsFor, measureBlocks } from '../../src/profiling/block-spectrum.ts';
import { simulateField } from '../../src/screen/simulation/field.ts';
import { planScreen } from '../../src/screen/simulation/layout.ts';
import type { BenchOptions } from './options.ts';
import { ABOUT, untrainedModel } from './our-network.ts';

/** A screen in files. */
export interface FileScreen {
  /** The table of all its fields, and one of those that are trained on. */
  readonly table: string;
  readonly training: string;
  /** A model for its channels. */
  readonly model: string;
}

/** Fields that are simulated; all others are cut from these. */
const SIMULATED = 4;

/** Wells of the reference of a model, half of each class. */
const REFERENCE = 8;

/** What tells of a field how far it lies from others, as models of a training have it. */
function noveltyOf([height, width]: BenchOptions['field']): NoveltyFields | undefined {
  const levels = levelsFor({ height, width });
  const size = Math.max(height, width);
  const planned = planScreen({ seed: 2, classes: 2, plates: 1, wells: REFERENCE, sites: 1, size });
  const trained = planned.map(({ options, label }, well) => {
    const features = measureBlocks(simulateField(options).image, { levels })!;
    return { features, label, well: String(well) };
  });
  return fitNovelty(trained, { levels });
}

/** Writes a screen of 16-bit TIFFs, one a channel, unless it is there. */
export async function makeFileScreen(options: BenchOptions): Promise<FileScreen> {
  const { fields, trained, compression } = options;
  const [height, width] = options.field;
  const folder = join(options.folder, `files-${fields}-${trained}-${height}x${width}-${compression}`);
  const screen = {
    table: join(folder, 'fields.csv'),
    training: join(folder, 'training.csv'),
    model: join(folder, 'model.onnx'),
  };
  if (existsSync(screen.table)) return screen;
  mkdirSync(join(folder, 'images'), { recursive: true });
  const planned = planScreen({
    seed: 1,
    classes: 2,
    plates: 1,
    wells: SIMULATED,
    sites: 1,
    size: Math.max(...options.field),
  });
  const simulated = planned.map((field) => simulateField(field.options).image);
  const rows: Record<string, string | number>[] = [];
  for (let i = 0; i < fields; i++) {
    const { data, height: side } = simulated[i % SIMULATED]!;
    const [top, left] = [(17 * i) % (side - height + 1), (17 * i) % (side - width + 1)];
    const row: Record<string, string | number> = { ImageNumber: i + 1 };
    for (const [channel, name] of ABOUT.channels.entries()) {
      const plane = new Uint16Array(height * width);
      for (let y = 0; y < height; y++) {
        const from = (channel * side + top + y) * side + left;
        plane.set(data.subarray(from, from + width), y * width);
      }
      const file = `images/${i + 1}-${channel + 1}.tif`;
      const picture = sharp(plane, { raw: { width, height, channels: 1 } }).toColourspace('grey16');
      await picture
        .tiff({ compression, predictor: compression === 'none' ? 'none' : 'horizontal' })
        .toFile(join(folder, file));
      row[`FileName_${name}`] = file;
    }
    const well = `${String.fromCharCode(65 + Math.floor(i / 12))}${String((i % 12) + 1).padStart(2, '0')}`;
    rows.push({ ...row, Metadata_Plate: 'P1', Metadata_Well: well, Metadata_Phenotype: planned[i % SIMULATED]!.label });
  }
  const about = { mean: [1000, 1000, 1000], deviation: [500, 500, 500] };
  writeFileSync(screen.model, untrainedModel(about, noveltyOf(options.field)));
  writeFileSync(screen.training, stringify(rows.slice(0, trained), { header: true }));
  writeFileSync(screen.table, stringify(rows, { header: true }));
  return screen;
}
