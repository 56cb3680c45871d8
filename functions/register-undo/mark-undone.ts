import { eq } from 'drizzle-orm';
import { imports } from '../../schema/index.ts';
import type { Transaction } from '../shared/database/database.ts';

/**
 * Marks the import undone by the undo. Where it is an undo itself, the import that it undid counts again; where that one
 * is an undo, too, what it undid counts no more: and so on along the chain.
 */
export async function markUndone(transaction: Transaction, importId: number, undoId: number): Promise<void> {
  let undone: number | null = importId;
  let undoneBy: number | null = undoId;
  while (undone !== null) {
    const [row]: { undoes: number | null }[] = await transaction
      .update(imports)
      .set({ undoneBy })
      .where(eq(imports.id, undone))
      .returning({ undoes: imports.undoes });
    undoneBy = undoneBy === null ? undone : null;
    undone = row?.undoes ?? null;
  }
}
