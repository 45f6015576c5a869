/** The program openssl. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs it in a folder. Keys are in files there, and in no argument. @throws Error with what it printed if it fails */
export async function openssl(cwd: string, args: readonly string[]): Promise<void> {
  try {
    await run('openssl', args, { cwd });
  } catch (error) {
    throw new Error(`openssl ${args[0] ?? ''}: ${error instanceof Error ? error.message.trim() : String(error)}`, {
      cause: error,
    });
  }
}
