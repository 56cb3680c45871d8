import type { ImportSummary } from '../../../workflows/payloads/summary.ts';
import type { UndoSummary } from '../../../workflows/payloads/undo.ts';
import { writeObject } from '../aws/storage.ts';
import { environment } from '../runtime/environment.ts';

/** Writes summary.json into the reports bucket, indented: people open it in the S3 console. */
export async function writeSummary(key: string, summary: ImportSummary | UndoSummary): Promise<void> {
  const body = `${JSON.stringify(summary, null, 2)}\n`;
  await writeObject(environment('REPORTS_BUCKET'), key, body, { contentType: 'application/json' });
}
