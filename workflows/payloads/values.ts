import { z } from 'zod';

/** An id of the database. */
export const id = z.number().int().positive();

/** The first 128 bits of a hash, as a uuid. */
export const hash = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
