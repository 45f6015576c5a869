import { z } from 'zod';

/** Text that the database can be asked about: Postgres refuses NUL wherever it stands. */
export const storableText = z.string().refine((text) => !text.includes('\0'), 'text without NUL characters');
