/** `npm run picture:console`: a picture of the console of the deployed environment `local`, into docs/images/console.png. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const root = path.resolve(__dirname, '../..');

async function main(): Promise<void> {
  const addresses = JSON.parse(readFileSync(path.join(root, '.local/addresses.json'), 'utf8')) as { console: string };
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 }, colorScheme: 'light' });
  await page.goto(addresses.console);
  await page.locator('#shards tbody tr').first().waitFor();
  // One more state, so that there is something to compare with.
  await page.waitForTimeout(2_500);
  await page.screenshot({ path: path.join(root, 'docs/images/console.png'), fullPage: true });
  await browser.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
