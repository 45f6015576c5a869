import { waitUntil } from '../../apps/local-platform/daemon';

/** Waits for what happens by itself. @throws Error with the condition if it doesn't within `milliseconds` */
export async function eventually(condition: () => boolean | Promise<boolean>, milliseconds = 10_000): Promise<void> {
  if (await waitUntil(condition, milliseconds)) return;
  throw new Error(`did not come true within ${milliseconds} ms: ${condition.toString()}`);
}
