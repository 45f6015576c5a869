/**
 * Records what guides use, of what is installed: kubectl, helm, crane, skopeo, redis-cli, and Python with the package `awscli`.
 * What isn't installed stays as it was recorded; docker's plugins and cmctl are entered by hand from their documentation.
 *
 *   node --import tsx __tests__/support/guides/record.ts
 */
import { existsSync, writeFileSync } from 'node:fs';
import { guideCommands } from './guide-commands';
import {
  installedPrograms,
  operationsFile,
  operationWords,
  programsFile,
  readInstalled,
  readOperations,
  recordedPrograms,
  type RecordedPrograms,
} from './recorded';

/** Subcommands by program; `''` are the options of all of them. */
const subcommands: Readonly<Record<string, readonly string[]>> = {
  kubectl: [
    '',
    'annotate',
    'apply',
    'create job',
    'delete',
    'describe',
    'drain',
    'exec',
    'get',
    'label',
    'logs',
  ].concat('port-forward', 'rollout restart', 'wait'),
  helm: ['package', 'pull', 'push', 'registry login', 'show crds'],
  crane: ['auth login', 'copy', 'digest'],
  skopeo: ['copy'],
  'redis-cli': [''],
};

const write = (file: string, content: object) => writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
const date = new Date().toISOString().slice(0, 10);

const before: RecordedPrograms['programs'] = existsSync(programsFile) ? recordedPrograms().programs : {};
const installed = installedPrograms().map((name) => [name, readInstalled(name, subcommands[name] ?? [''])] as const);
write(programsFile, { date, programs: { ...before, ...Object.fromEntries(installed) } });

const used = guideCommands().flatMap(({ words: [program, ...words] }) =>
  program === 'aws' && words.length > 1 ? [operationWords(words).join(' ')] : [],
);
const operations = readOperations([...new Set(used)].sort());
if (operations) write(operationsFile, { date, ...operations });
console.log(`Recorded ${installed.map(([name]) => name).join(', ')}; operations of AWS: ${operations ? 'yes' : 'no'}`);
