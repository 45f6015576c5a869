/** Functions of Terraform that the stacks call, with the results that Terraform has. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

export type TerraformFunction = (...values: readonly unknown[]) => unknown;

/** By name. One that is missing here is an error where it is called. Source: "Built-in Functions" of Terraform. */
export const terraformFunctions: Readonly<Partial<Record<string, TerraformFunction>>> = {
  base64decode: (text) => Buffer.from(String(text), 'base64').toString('utf8'),
  base64gzip: (text) => gzipSync(String(text)).toString('base64'),
  join: (separator, list) => (list as readonly unknown[]).map(String).join(String(separator)),
  lookup: (map, key, fallback) => (map as Readonly<Record<string, unknown>>)[String(key)] ?? fallback,
  sha256: (text) => createHash('sha256').update(String(text)).digest('hex'),
  substr: (text, offset, length) => String(text).slice(Number(offset), Number(offset) + Number(length)),
};
