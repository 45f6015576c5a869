/** Writes what is rendered below `deploy/compose`: `npm run render:compose`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { composeFiles } from '../constructs/compose/compose-files';
import { localEnvironment } from '../environments/local';

const folder = path.resolve(__dirname, '..', 'deploy', 'compose');

for (const [name, text] of Object.entries(composeFiles(localEnvironment({}).application))) {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
