import { version } from '../../files/version.ts';
import type { CommonOptions } from '../console.ts';
import { Ended } from '../ended.ts';
import type { CreateCommand } from '../main.ts';
import { createCommand } from '../options.ts';
import { type Examination, examineMachine } from './examine-machine.ts';

/** `doctor`: whether milscope can work on this machine, and what to do if not. */
export const createDoctorCommand: CreateCommand = (console) =>
  createCommand('doctor', 'Check whether milscope can work on this machine, and say what to do if not.').action(
    async ({ json }: CommonOptions) => {
      const examination = await examineMachine({ milscope: version });
      console.out(json ? `${JSON.stringify(examination, undefined, 2)}\n` : describeExamination(examination));
      if (!examination.ok) throw new Ended(1);
    },
  );

/** The findings as text for a terminal. */
export function describeExamination(found: Examination): string {
  const { versions, processor, memory, providers, image16Bit, temporaryFolder, problems, ok } = found;
  const row = (name: string, text: string) => `${name.padEnd(18)}${text}`;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  const cores = processor.cores === null ? '' : `${count(processor.cores, 'core')}, `;
  return [
    row('milscope', versions.milscope),
    row('Node.js', versions.node),
    row('ONNX Runtime', versions.onnxruntime ?? 'cannot be loaded'),
    row('sharp', versions.sharp ?? 'cannot be loaded'),
    row('Processor', `${processor.model} (${processor.platform})`),
    row('', `${cores}${count(processor.threads, 'thread')}, ${processor.usableThreads} of them for milscope`),
    row('Memory', `${gigabytes(memory.total)}, ${gigabytes(memory.free)} free`),
    row('16-bit images', image16Bit.exact ? 'decoded exactly' : 'not decoded exactly'),
    row('Temporary files', `${temporaryFolder.path}, ${temporaryFolder.writable ? 'writable' : 'not writable'}`),
    '',
    'Execution providers of ONNX Runtime, each tried with a small graph:',
    ...providers.map(
      ({ name, works, used, reason }) =>
        `  ${name.padEnd(10)}${works ? 'computes correctly' : 'does not work'}${used ? '; used by milscope' : ''}${reason ? `: ${reason}` : ''}`,
    ),
    'milscope uses only the processor (cpu); the others do not matter.',
    '',
    ...problems.flatMap(({ serious, problem, remedy }) => [
      `${serious ? 'Problem' : 'Warning'}: ${problem}`,
      `  What to do: ${remedy}`,
    ]),
    ok ? 'milscope can work on this machine.' : 'milscope cannot work on this machine until these problems are solved.',
    '',
  ].join('\n');
}

const count = (n: number, unit: string) => `${n} ${unit}${n === 1 ? '' : 's'}`;
