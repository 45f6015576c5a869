/** Postgres as one pod of the cluster. */
import { z } from 'zod';
import type { DeepReadonly } from './environment';
import { destruction, reason } from './setting-forms';

export const postgresSettings = z.strictObject({
  kind: z.literal('single-server'),
  /** Why one server is enough: while its node is away, orders wait. */
  reason,
  /** The official image, or one that has the same entrypoint: `docker.io/library/postgres:17-bookworm`. */
  image: z.string().regex(/^[a-z0-9.-]+(?::\d{2,5})?\/[a-z0-9._/-]+(?::(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/),
  /** Name of the database. */
  database: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/),
  memoryMebibytes: z.int().min(256).max(262_144),
  cpuMillicores: z.int().min(50).max(64_000),
  /** Gibibytes of its volume. */
  volumeGibibytes: z.int().min(1).max(16_384),
  /** Connections at most; each takes memory. */
  maximumConnections: z.int().min(20).max(5_000),
  /** A higher number makes a new password of the application's role. */
  applicationPasswordGeneration: z.int().min(1),
  /** Whether Terraform may destroy its claim. The volume stays in any case. */
  destruction,
});

export type PostgresSettings = DeepReadonly<z.output<typeof postgresSettings>>;
