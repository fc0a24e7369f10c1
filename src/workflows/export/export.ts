import * as z from 'zod';
import { MilscopeError, named } from '../../errors.ts';
import { extname } from '../../files/paths.ts';
import { encodeJoinedModel } from '../../network/ensemble/joined-model.ts';
import type { RunningHost } from '../host.ts';
import { readsOf, writesOf } from '../rehearsal/describe-files.ts';
import { rehearseWhole } from '../rehearsal/rehearse-whole.ts';
import { modelFiles } from '../shared/ensemble/model-files.ts';
import { openEnsemble } from '../shared/ensemble/open-ensemble.ts';
import { adjustmentFor } from '../shared/measure-plates.ts';
import { openModelScreen } from '../shared/open-model-screen.ts';
import { requireApart } from '../shared/places.ts';
import { requireNewFile } from '../shared/table-output.ts';
import { defineWorkflow } from '../workflow.ts';
import { modelCardOf } from './model-card.ts';
import { quantizeModel } from './quantize-model.ts';
import { type ExportRequest, exportRequest } from './request.ts';
import { openTrainedModel, type TrainedModel } from './trained-model.ts';
import { makePackage, type Package } from './write-package.ts';

const result = z.object({
  out: z.string(),
  kind: z.enum(['bioimage.io', 'onnx']),
  /** The model file, and its SHA-256. */
  model: z.string(),
  modelHash: z.string(),
  /** SHA-256 of the models that were joined; only of several. */
  models: z.array(z.string()).readonly().optional(),
  /** Size and SHA-256 of what was written. */
  bytes: z.number(),
  sha256: z.string(),
  /** What is in a package. */
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })).readonly(),
  /** Whether the documentation has figures of the tested fields. */
  validation: z.boolean(),
  /** Whether the model lies in the folder of its run. */
  inRun: z.boolean(),
});

/** Makes a bioimage.io package of a model, or a copy of the plain ONNX file. */
export const exportModel = defineWorkflow(
  {
    title: 'export',
    description: 'Make a package of a model for bioimage.io and the programs that read its packages.',
    request: exportRequest,
    result,
    async rehearse(asked, host, perform) {
      const { result: made, seconds, how } = await rehearseWhole(perform(asked, host), host);
      const { kind, bytes, files, model } = made;
      const alone = asked.precision === 'int8' ? 'the model in whole numbers' : 'a copy of the model';
      const copy = made.models ? `one file of ${made.models.length} models` : alone;
      const what = kind === 'onnx' ? copy : `a package of ${files.length} files for bioimage.io`;
      return {
        command: 'export',
        reads: { files: await readsOf([model, asked.screen, asked.calibrate], host), screen: null },
        does: [`Makes ${what}, of ${bytes} bytes.`],
        writes: await writesOf([asked.out], {}, host),
        ...{ seconds, how },
      };
    },
  },
  async (asked, host) => {
    const { out, overwrite } = asked;
    const kind = kindOf(asked);
    const paths = await modelFiles([asked.model, ...(asked.also ?? [])], host);
    for (const model of paths)
      requireApart([['out', out]], { asked, reads: { model, plateStatistics: asked.plateStatistics } });
    await requireNewFile(out, { overwrite }, host);
    if (paths.length > 1) return joinModels(asked, kind, host);
    const model = await openTrainedModel(paths[0]!, host);
    const content: Package =
      kind === 'onnx'
        ? { zip: await plainOf(model, { asked, host }), files: [] }
        : await packageOf(model, { asked, host });
    await host.files.write(out, content.zip);
    return {
      ...{ out, kind, model: model.path, modelHash: model.hash },
      ...{ bytes: content.zip.length, sha256: await host.hash(content.zip), files: content.files },
      validation: model.validation !== undefined,
      inRun: model.run !== undefined,
    };
  },
);

/** Writes one file that averages several models. @throws BadOption for a package, and what `openEnsemble` throws */
async function joinModels(
  asked: ExportRequest,
  kind: z.output<typeof result>['kind'],
  host: RunningHost,
): Promise<z.output<typeof result>> {
  const { out, model, precision } = asked;
  if (precision === 'int8') {
    throw new MilscopeError('BadOption', {
      option: 'precision',
      problem: 'several models cannot be joined in whole numbers',
      remedy: 'export each of them alone, and join what is written',
    });
  }
  if (kind !== 'onnx') {
    throw new MilscopeError('BadOption', {
      option: `out ${out}`,
      problem: 'a package describes the training and the figures of one model',
      found: 'several models',
      remedy: `join them in a file whose name ends in .onnx, or give one model`,
    });
  }
  const ensemble = await openEnsemble(asked, host);
  const bytes = encodeJoinedModel(ensemble);
  await host.files.write(out, bytes);
  return {
    ...{ out, kind, model, modelHash: ensemble.hash },
    models: ensemble.members.map(({ hash }) => hash),
    ...{ bytes: bytes.length, sha256: await host.hash(bytes), files: [], validation: false, inRun: false },
  };
}

/** The file of a model alone. */
async function plainOf(
  model: TrainedModel,
  { asked, host }: { asked: ExportRequest; host: RunningHost },
): Promise<Uint8Array> {
  return asked.precision === 'int8' ? quantizeModel(model, asked, host) : model.bytes;
}

async function packageOf(
  model: TrainedModel,
  { asked, host }: { asked: ExportRequest; host: RunningHost },
): Promise<Package> {
  const card = modelCardOf(model, asked);
  const screen = asked.screen === undefined ? undefined : await openModelScreen(asked.screen, model, asked, host);
  if (screen === undefined) requireScreen(asked);
  const adjustment = screen && (await adjustmentFor(model.about, screen, asked, host));
  return makePackage(model, { card, screen, adjustment }, host);
}

/** What is to be written. @throws BadOption for another file, or when a plain model is described */
function kindOf({ out, ...asked }: ExportRequest): z.output<typeof result>['kind'] {
  const extension = extname(out).toLowerCase();
  if (extension === '.zip') {
    requireFloats(asked);
    return 'bioimage.io';
  }
  if (extension !== '.onnx') {
    throw new MilscopeError('BadOption', {
      option: `out ${out}`,
      problem: 'the kind of file is not known',
      expected: 'a name that ends in .zip or .onnx',
    });
  }
  const { precision, calibrate } = asked;
  if (precision === 'float32' && calibrate !== undefined) refuseCalibration();
  const words = ['screen', 'plateStatistics', 'name', 'description', 'author', 'license', 'tag'] as const;
  const given = words.find((word) => asked[word] !== undefined && asked[word].length > 0);
  if (given === undefined || (given === 'plateStatistics' && precision === 'int8')) return 'onnx';
  throw new MilscopeError('BadOption', {
    option: given,
    problem: 'a model alone cannot carry it',
    remedy: 'leave it out, or make a package with a name that ends in .zip',
  });
}

/** A package has the model in floats. @throws BadOption */
function requireFloats({ precision, calibrate }: Omit<ExportRequest, 'out'>): void {
  if (precision === 'int8') {
    throw new MilscopeError('BadOption', {
      option: 'precision int8',
      problem: 'a package has the figures of the model in floats',
      remedy: 'export to a name that ends in .onnx',
    });
  }
  if (calibrate !== undefined) refuseCalibration();
}

function refuseCalibration(): never {
  throw new MilscopeError('BadOption', {
    option: 'calibrate',
    problem: 'only a model in whole numbers rests on it',
    remedy: `leave it out, or give ${named('precision')} int8`,
  });
}

/** Plates are measured on a screen, or read for one. @throws BadOption */
function requireScreen({ plateStatistics }: ExportRequest): void {
  if (plateStatistics === undefined) return;
  throw new MilscopeError('BadOption', {
    option: 'plateStatistics',
    problem: 'a package without a field of a screen has no plate',
    remedy: `leave it out, or give ${named('screen')}`,
  });
}
