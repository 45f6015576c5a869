/** What the database holds of a load, asked by psql in its own pod: independently of the api. */
import type { Kubectl } from '../../deployment/kubectl';

export interface DatabaseAccount {
  /** Ids of all orders of the load's resource. */
  readonly ids: readonly string[];
  /** Ids of those that are fulfilled. */
  readonly fulfilledIds: readonly string[];
  /** Units of those that are fulfilled. */
  readonly fulfilledUnits: number;
  readonly dead: number;
  readonly effects: number;
  /** Units that the resource was sold. */
  readonly unitsSold: number;
  /** Longest time from acceptance to effect, in milliseconds. */
  readonly longestFulfilmentMilliseconds: number;
}

/** The same for the database of the environment and for what stands for RDS: both images are told their user by these. */
const psql = [
  'PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")',
  'exec psql --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" --no-align --tuples-only --quiet --set=ON_ERROR_STOP=1',
].join(' ; export PGPASSWORD ; ');

/** The resource's id goes by stdin, as a variable of psql. */
const query = `select json_build_object(
  'ids', coalesce(json_agg(id), '[]'),
  'fulfilledIds', coalesce(json_agg(id) filter (where status = 'effected'), '[]'),
  'fulfilledUnits', coalesce(sum(quantity) filter (where status = 'effected'), 0),
  'dead', count(*) filter (where status = 'dead'),
  'effects', (select count(*) from order_effects join orders o on o.id = order_id where o.resource_id = :'resource'),
  'unitsSold', coalesce((select units_sold from resources where id = :'resource'), 0),
  'longestFulfilmentMilliseconds', coalesce(round(max(extract(epoch from effected_at - created_at)) * 1000), 0))
from orders where resource_id = :'resource';`;

/** @throws Error if no pod of Postgres is there, or psql fails */
export async function askDatabase(kubectl: Kubectl, resourceId: string): Promise<DatabaseAccount> {
  const { name, namespace } = await databasePod(kubectl);
  const output = await kubectl.text(
    ['exec', '--stdin', name, `--namespace=${namespace}`, '--container=postgres', '--', 'bash', '-c', psql],
    `\\set resource '${resourceId}'\n${query}\n`,
  );
  return JSON.parse(output) as DatabaseAccount;
}

/** The one pod of Postgres; its uid is another one once it was replaced. @throws Error if there is none */
export async function databasePod(kubectl: Kubectl) {
  const [pod] = await kubectl.list('pods', { selector: 'app.kubernetes.io/name=postgres' });
  if (!pod)
    throw new Error('there is no pod with the label app.kubernetes.io/name=postgres: deploy the environment first');
  const { name, namespace = '', uid } = pod.metadata;
  return { name, namespace, uid };
}
