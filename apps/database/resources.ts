import type { Queryable } from './pool';

export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly priceCents: number;
  /** Grows by one with every change; starts at 1. */
  readonly version: number;
  readonly unitsSold: number;
  readonly updatedAt: Date;
}

/** A property that is absent stays as it is. */
export interface ResourceChanges {
  readonly name?: string;
  readonly priceCents?: number;
}

const columns = `id, name, price_cents as "priceCents", version, units_sold as "unitsSold", updated_at as "updatedAt"`;

export async function findResource(database: Queryable, id: string): Promise<Resource | undefined> {
  const { rows } = await database.query<Resource>({
    name: 'find-resource',
    text: `select ${columns} from resources where id = $1`,
    values: [id],
  });
  return rows[0];
}

/**
 * Changes a resource and raises its version.
 *
 * @returns the resource after the change, or undefined when there is none with this id
 */
export async function updateResource(
  database: Queryable,
  id: string,
  { name, priceCents }: ResourceChanges,
): Promise<Resource | undefined> {
  const { rows } = await database.query<Resource>({
    name: 'update-resource',
    text: `update resources
           set name = coalesce($2, name), price_cents = coalesce($3, price_cents), version = version + 1, updated_at = now()
           where id = $1
           returning ${columns}`,
    values: [id, name ?? null, priceCents ?? null],
  });
  return rows[0];
}
