import { writeObject } from '../aws/storage.ts';
import { environment } from '../runtime/environment.ts';

/** Writes report.html into the reports bucket. */
export async function writeReport(key: string, html: string): Promise<void> {
  await writeObject(environment('REPORTS_BUCKET'), key, html, { contentType: 'text/html; charset=utf-8' });
}
