import type { Queryable } from './pool';

export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly priceCents: number;
  /** Whether it is on sale: orders for it are effected only then. */
  readonly available: boolean;
  /** Grows by one with every change; starts at 1. */
  readonly version: number;
  readonly unitsSold: number;
  readonly updatedAt: Date;
}

/** What a resource is made or changed to. */
export type ResourceInput = Pick<Resource, 'id' | 'name' | 'priceCents' | 'available'>;

export interface SavedResource {
  readonly resource: Resource;
  /** It did not exist before. */
  readonly created: boolean;
}

const columns = `id, name, price_cents as "priceCents", available, version, units_sold as "unitsSold", updated_at as "updatedAt"`;

export async function findResource(database: Queryable, id: string): Promise<Resource | undefined> {
  const { rows } = await database.query<Resource>({
    name: 'find-resource',
    text: `select ${columns} from resources where id = $1`,
    values: [id],
  });
  return rows[0];
}

/** Makes a resource, or changes it and raises its version. */
export async function saveResource(
  database: Queryable,
  { id, name, priceCents, available }: ResourceInput,
): Promise<SavedResource> {
  const { rows } = await database.query<Resource>({
    name: 'save-resource',
    text: `insert into resources (id, name, price_cents, available) values ($1, $2, $3, $4)
           on conflict (id) do update
           set name = excluded.name, price_cents = excluded.price_cents, available = excluded.available,
             version = resources.version + 1, updated_at = now()
           returning ${columns}`,
    values: [id, name, priceCents, available],
  });
  const [resource] = rows;
  if (resource === undefined) throw new Error(`Resource '${id}' was not saved.`);
  return { resource, created: resource.version === 1 };
}
