import { createCompareCommand } from './compare.ts';
import { createCompletionCommand } from './completion/completion.ts';
import { createConvertCommand } from './convert.ts';
import { createDetectCommand } from './detect.ts';
import { createDoctorCommand } from './doctor/doctor.ts';
import { createEvaluateCommand } from './evaluate.ts';
import { createExportCommand } from './export.ts';
import { createFetchCommand } from './fetch.ts';
import { createHitsCommand } from './hits.ts';
import { createIlluminationCommand } from './illumination.ts';
import { createInspectCommand } from './inspect.ts';
import type { CreateCommand } from './main.ts';
import { createPredictCommand } from './predict.ts';
import { createProfileCommand } from './profile.ts';
import { createReportCommand } from './report.ts';
import { createSegmentCommand } from './segment.ts';
import { createSimulateCommand } from './simulate.ts';
import { createTableCommand } from './table.ts';
import { createTrainCommand } from './train.ts';

/** Every command, in the order of the help. */
export const commands: readonly CreateCommand[] = [
  createDoctorCommand,
  createSimulateCommand,
  createFetchCommand,
  createTableCommand,
  createInspectCommand,
  createIlluminationCommand,
  createConvertCommand,
  createDetectCommand,
  createTrainCommand,
  createPredictCommand,
  createEvaluateCommand,
  createHitsCommand,
  createSegmentCommand,
  createCompareCommand,
  createProfileCommand,
  createReportCommand,
  createExportCommand,
  createCompletionCommand,
];
