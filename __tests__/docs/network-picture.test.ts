import { readFileSync } from 'node:fs';
import path from 'node:path';
import { productionEnvironment } from '../../environments/production';
import { neededConnections } from '../../review/reachability/flow-ends';
import { reachabilityPicture } from '../../review/reachability/reachability-picture';
import { rowsOf } from '../../review/reachability/reachability-table';
import { reachabilitySubject } from '../../review/reachability/subject';
import { planOf } from '../support/environment-plan';

test('the picture of the network guide is that of production: npm run reachability -- production --picture', () => {
  const subject = reachabilitySubject(planOf(productionEnvironment));
  const guide = readFileSync(path.join(__dirname, '../../docs/guides/network.md'), 'utf8');
  const [, picture] = /```mermaid\n([\s\S]*?)\n```/.exec(guide) ?? [];
  expect(picture).toBe(reachabilityPicture(rowsOf(neededConnections(subject)), subject.parties));
});
