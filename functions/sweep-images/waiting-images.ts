import { sql } from 'drizzle-orm';
import { images, imports } from '../../schema/index.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';

export type WaitingImages = {
  /** Images that are owed and not given up: due, due later, or handed to an execution or the queue. */
  waiting: number;
  /**
   * How long the longest overdue one has been due, or its claim unanswered; 0 where none is. An image that waits for its
   * next attempt as the retry schedule has it (up to 48 hours) is not overdue.
   */
  oldestSeconds: number;
};

/** What is owed now: all that images_next_attempt_at_idx holds, and the images of imports that have not released theirs. */
export async function measureWaitingImages(database: Database): Promise<WaitingImages> {
  const [measured] = await withDatabaseErrors(() =>
    database.execute<WaitingImages>(sql`
      select
        ((select count(*) from ${images} where ${images.nextAttemptAt} is not null)
          + (select count(*) from ${images}
            where ${images.importId} in (select ${imports.id} from ${imports} where ${imports.imagesReleasedAt} is null)
              and ${images.status} in ('pending', 'queued') and ${images.nextAttemptAt} is null))::int as waiting,
        greatest(0, coalesce(extract(epoch from now() - (
          select min(${images.nextAttemptAt}) from ${images} where ${images.nextAttemptAt} is not null)), 0))::float8
          as "oldestSeconds"`),
  );
  return measured ?? { waiting: 0, oldestSeconds: 0 };
}
