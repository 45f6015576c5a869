/** Reads the command line: every violation at once, a line each. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { didYouMean } from '../../constructs/validation/did-you-mean';
import { readPasswordFile } from '../database/password-file';
import { capabilities, type Capability } from './check';
import { readSettingsFile, type SettingsFile } from './settings-file';

/** Where the deployment of the local environment says where its api is. */
export const defaultSettingsFile = path.join('.local', 'exercise.json');

export const usage = `Drives a deployed api and its workers over HTTP and proves that they work end to end.

  node dist/exercise.js [options]

  --url <url>             an api process's URL, once for each; or the URL of a balancer before them
  --username <name>       a user of the platform
  --password-file <path>  a file whose first line is the user's password
  --ca-file <path>        certificate authority of the api, PEM; default: the well-known ones
  --settings <path>       a JSON file with apiUrls, username, passwordFile and caFile, paths
                          relative to its folder; the options above replace what it says;
                          default: ${defaultSettingsFile}, unless --url is given
  --orders <n>            orders to send through the queue, 1 to 100000; default: 1000
  --stampede <n>          reads of one key at once, 2 to 10000; default: 1000
  --only <a,b>            what to check; default: ${capabilities.join(',')}
  --timeout-seconds <n>   longest time of the whole run, 1 to 3600; default: 120
  --allow-skips           rows that cannot be told do not fail the run
  --json                  the result as JSON instead of a table
  --help                  this text

Exit code: 0 every row passed; 1 a row failed, or was skipped without --allow-skips; 2 wrong usage.
`;

/** What a run is told. */
export interface ExerciseOptions {
  readonly urls: readonly URL[];
  readonly username: string;
  readonly password: string;
  /** PEM; undefined: the well-known authorities. */
  readonly ca: string | undefined;
  readonly orders: number;
  readonly stampede: number;
  readonly only: readonly Capability[];
  readonly timeoutSeconds: number;
  readonly allowSkips: boolean;
  readonly json: boolean;
}

/** Wrong usage. The message has a line for each violation: option, value, remedy. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const optionTypes = {
  url: { type: 'string', multiple: true },
  username: { type: 'string' },
  'password-file': { type: 'string' },
  'ca-file': { type: 'string' },
  settings: { type: 'string' },
  orders: { type: 'string' },
  stampede: { type: 'string' },
  only: { type: 'string' },
  'timeout-seconds': { type: 'string' },
  'allow-skips': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type OptionName = keyof typeof optionTypes;

const optionNames = Object.keys(optionTypes) as OptionName[];

/** The options as they were given. */
interface Given {
  readonly urls: readonly string[];
  readonly texts: Readonly<Partial<Record<OptionName, string>>>;
  readonly switches: ReadonlySet<OptionName>;
}

/**
 * @returns `help` if that was asked for
 * @throws UsageError
 */
export function readArguments(argv: readonly string[]): ExerciseOptions | 'help' {
  const problems: string[] = [];
  const given = readOptions(argv, problems);
  if (given.switches.has('help')) return 'help';
  const options: ExerciseOptions = {
    ...readTarget(given, problems),
    orders: readNumber(given, 'orders', { standard: 1_000, min: 1, max: 100_000 }, problems),
    stampede: readNumber(given, 'stampede', { standard: 1_000, min: 2, max: 10_000 }, problems),
    timeoutSeconds: readNumber(given, 'timeout-seconds', { standard: 120, min: 1, max: 3_600 }, problems),
    only: readCapabilities(given.texts.only, problems),
    allowSkips: given.switches.has('allow-skips'),
    json: given.switches.has('json'),
  };
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return options;
}

function readOptions(argv: readonly string[], problems: string[]): Given {
  // `parseArgs` would stop at the first violation: what it calls strict is checked here.
  const { tokens } = parseArgs({ args: [...argv], options: optionTypes, strict: false, tokens: true });
  const urls: string[] = [];
  const texts: Partial<Record<OptionName, string>> = {};
  const on = new Set<OptionName>();
  let afterUnknown = false;
  for (const token of tokens) {
    // What follows an unknown option may be its value.
    if (token.kind === 'positional' && !afterUnknown)
      problems.push(`'${token.value}': only options are taken, such as --url <url>`);
    if (token.kind !== 'option') continue;
    const { rawName, value } = token;
    const name = optionNames.find((known) => known === token.name);
    afterUnknown = name === undefined;
    if (name === undefined) problems.push(`${rawName}: no such option. ${didYouMean(token.name, optionNames)}`);
    else if (optionTypes[name].type === 'boolean') {
      if (value === undefined) on.add(name);
      else problems.push(`--${name} ${value}: it takes no value; leave it out`);
    } else if (value === undefined || value === '') problems.push(`--${name}: its value is missing; add it`);
    else if (name === 'url') urls.push(value);
    else texts[name] = value;
  }
  return { urls, texts, switches: on };
}

/** Where the api is and who logs in: from the options, and from the settings file for what they leave out. */
function readTarget(
  { urls, texts }: Given,
  problems: string[],
): Pick<ExerciseOptions, 'urls' | 'username' | 'password' | 'ca'> {
  const attempt = <Value>(read: () => Value, otherwise: Value): Value => {
    try {
      return read();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return otherwise;
    }
  };
  const file = texts.settings ?? (urls.length === 0 ? defaultSettingsFile : undefined);
  const before = problems.length;
  const settings = attempt<SettingsFile>(() => (file === undefined ? {} : readSettingsFile(file)), {});
  // What a file that cannot be read would have said is not missing.
  const unread = problems.length > before;
  const required = (option: string, setting: string, value: string | undefined) => {
    if (value === undefined && !unread) {
      problems.push(`--${option}: missing; give it${file === undefined ? '' : `, or ${setting} in ${file}`}`);
    }
    return value ?? '';
  };
  const addresses = urls.length > 0 ? urls : (settings.apiUrls ?? []);
  if (addresses.length === 0) required('url', 'apiUrls', undefined);
  const username = required('username', 'username', texts.username ?? settings.username);
  const passwordFile = required('password-file', 'passwordFile', texts['password-file'] ?? settings.passwordFile);
  const caFile = texts['ca-file'] ?? settings.caFile;
  return {
    urls: addresses.flatMap((text) => readUrl(text, problems)),
    username,
    password: passwordFile === '' ? '' : attempt(() => readPasswordFile('--password-file', passwordFile), ''),
    ca: caFile === undefined ? undefined : attempt(() => readCertificates(caFile), undefined),
  };
}

function readUrl(text: string, problems: string[]): URL[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '') return [url];
  // A URL may hold a password: what is repeated ends before it.
  const shown = text.includes('@') ? '(with credentials)' : text;
  problems.push(`--url ${shown}: give a URL such as http://127.0.0.1:8081, without credentials`);
  return [];
}

function readCertificates(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error(`--ca-file ${file}: cannot be read; correct the path`);
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Error(`--ca-file ${file}: holds no certificate; give a PEM file`);
  }
  return text;
}

function readNumber(
  { texts }: Given,
  option: 'orders' | 'stampede' | 'timeout-seconds',
  { standard, min, max }: { readonly standard: number; readonly min: number; readonly max: number },
  problems: string[],
): number {
  const text = texts[option];
  if (text === undefined) return standard;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  problems.push(`--${option} ${text}: give a whole number from ${min} to ${max}`);
  return standard;
}

function readCapabilities(text: string | undefined, problems: string[]): readonly Capability[] {
  if (text === undefined) return capabilities;
  const names = text.split(',').map((name) => name.trim());
  const chosen = capabilities.filter((capability) => names.includes(capability));
  for (const name of names) {
    if (capabilities.every((capability) => capability !== name)) {
      problems.push(`--only ${name}: no such capability. ${didYouMean(name, capabilities)}`);
    }
  }
  return chosen;
}
