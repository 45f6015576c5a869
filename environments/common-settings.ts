/** Settings that every environment has. */
import { z } from 'zod';

const tagName = z.string().regex(/^[A-Za-z][\w.:/=+@-]{0,127}$/);

export const commonSettings = {
  /** Lower-case letters, digits and hyphens, at most 20; the first part of every stack's name. */
  name: z.string().regex(/^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/),
  /** Tags of every resource that takes tags. */
  tags: z.record(tagName, z.string().max(256)),
};

/** Mebibytes of data expected at most, all keys together, without replicas. */
export const datasetMebibytes = z.int().positive();
