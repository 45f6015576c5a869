/** The file in which a deployment says where its api is. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const shape = z.strictObject({
  apiUrls: z.array(z.string()).min(1).optional(),
  username: z.string().min(1).optional(),
  passwordFile: z.string().min(1).optional(),
  caFile: z.string().min(1).optional(),
});

/** Paths are relative to the file's folder. */
export type SettingsFile = z.infer<typeof shape>;

/**
 * Reads a settings file; the paths in the result need no folder any more.
 *
 * @throws Error in one line, naming the file, the setting and the remedy
 */
export function readSettingsFile(file: string): SettingsFile {
  const result = shape.safeParse(readJson(file));
  if (!result.success) {
    const differences = result.error.issues.map((issue) => `${issue.path.join('.') || 'content'}: ${issue.message}`);
    throw new Error(
      `--settings ${file}: ${differences.join('; ')}; it may hold ${Object.keys(shape.shape).join(', ')}`,
    );
  }
  const { passwordFile, caFile, ...others } = result.data;
  const beside = (name: string) => path.resolve(path.dirname(file), name);
  return {
    ...others,
    ...(passwordFile === undefined ? {} : { passwordFile: beside(passwordFile) }),
    ...(caFile === undefined ? {} : { caFile: beside(caFile) }),
  };
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error(`--settings ${file}: cannot be read; deploy an environment that writes it, or give --url`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error(`--settings ${file}: is not JSON; correct it or deploy the environment again`);
  }
}
