import { and, eq, ne, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { importChunks, imports, suppliers } from '../../schema/index.ts';
import { ObjectReplacedError, SettingsTooLargeError } from '../../workflows/errors.ts';
import type { registerImportInputSchema } from '../../workflows/payloads/import-states.ts';
import { type RegisteredImport, registeredImportBytes, type Upload } from '../../workflows/payloads/upload.ts';
import { type Database, type Transaction, withDatabaseErrors } from '../shared/database/database.ts';
import { isCorrection } from '../shared/imports/correction.ts';
import { isNewerVersion, sortableSequencer } from '../shared/imports/file-order.ts';
import { parseUploadKey } from '../shared/imports/object-keys.ts';
import { checkFileType } from './file-type.ts';

export type Dependencies = { database: Database };
type Input = z.infer<typeof registerImportInputSchema>;

/**
 * Creates the supplier on its first upload and the import's row, or takes over the row of an execution that was
 * interrupted. Throws UnsupportedObjectKey before anything is written, and UnsupportedFileType, ObjectReplaced and SettingsTooLarge after,
 * so that the refused file is listed under its supplier.
 */
export async function registerImport({ database }: Dependencies, input: Input): Promise<RegisteredImport> {
  const { supplierCode, fileName } = parseUploadKey(input.upload.key);
  const { registered, replaced } = await withDatabaseErrors(() =>
    database.transaction(async (transaction) => {
      const supplier = await findOrCreateSupplier(transaction, supplierCode);
      const importId = await upsertImport(transaction, supplier.id, input);
      const replaced = await isReplaced(transaction, input.upload);
      const registered = {
        importId,
        supplierId: supplier.id,
        supplierCode,
        feedMode: isCorrection(fileName) ? 'partial' : supplier.feedMode,
        columnMapping: supplier.columnMapping,
        currency: supplier.currency,
        locale: supplier.locale,
        executionName: input.execution.name,
        imageBaseUrl: supplier.imageSettings.baseUrl ?? null,
      } satisfies RegisteredImport;
      return { registered, replaced };
    }),
  );
  checkFileType(fileName);
  if (replaced)
    throw new ObjectReplacedError(
      `A newer version of “${input.upload.key}” was dropped and is imported instead of this one.`,
    );
  checkSettings(registered);
  return registered;
}

function checkSettings(registered: RegisteredImport): void {
  const bytes = Buffer.byteLength(JSON.stringify(registered));
  if (bytes <= registeredImportBytes) return;
  throw new SettingsTooLargeError(
    `The settings of supplier ${registered.supplierCode} come to ${bytes} bytes; at most ${registeredImportBytes} are accepted. Shorten its column_mapping.`,
  );
}

/** Whether a newer version of the object is, or has been, imported: events come late and in any order. */
async function isReplaced(transaction: Transaction, upload: Upload): Promise<boolean> {
  const newer = await transaction
    .select({ id: imports.id })
    .from(imports)
    .where(and(isNewerVersion(upload), ne(imports.status, 'failed')))
    .limit(1);
  return newer.length > 0;
}

async function findOrCreateSupplier(transaction: Transaction, code: string) {
  const find = () => transaction.select().from(suppliers).where(eq(suppliers.code, code));
  const [existing] = await find();
  if (existing) return existing;
  await transaction.insert(suppliers).values({ code, name: code }).onConflictDoNothing();
  const [created] = await find();
  if (!created) throw new Error(`Supplier ${code} vanished while it was created`);
  return created;
}

async function upsertImport(transaction: Transaction, supplierId: number, input: Input): Promise<number> {
  const { upload, execution } = input;
  const isOther = sql`${imports.executionArn} <> ${execution.arn}`;
  const [written] = await transaction
    .insert(imports)
    .values({
      bucket: upload.bucket,
      objectKey: upload.key,
      versionId: upload.versionId,
      supplierId,
      executionArn: execution.arn,
      uploadedAt: new Date(upload.uploadedAt),
      sequencer: sortableSequencer(upload.sequencer),
    })
    .onConflictDoUpdate({
      target: [imports.bucket, imports.objectKey, imports.versionId],
      set: {
        supplierId,
        executionArn: execution.arn,
        status: 'running',
        error: null,
        errorMessage: null,
        finishedAt: null,
        imagesReleasedAt: null,
        heartbeatAt: sql`now()`,
        writers: null,
        startedAt: sql`case when ${isOther} then now() else ${imports.startedAt} end`,
        // Imported again, what had been undone counts again.
        undoneBy: sql`case when not ${isOther} then ${imports.undoneBy} end`,
        fingerprintBefore: sql`case when not ${isOther} then ${imports.fingerprintBefore} end`,
      },
    })
    .returning({ id: imports.id, inserted: sql<boolean>`xmax = 0`, startedNow: sql<boolean>`started_at = now()` });
  if (!written) throw new Error(`The import of ${upload.bucket}/${upload.key} was neither inserted nor updated`);
  // Another execution may run other code, whose chunks hold other products: it compares each of them anew.
  if (!written.inserted && written.startedNow) {
    await transaction.delete(importChunks).where(eq(importChunks.importId, written.id));
  }
  return written.id;
}
