import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConversionSettings } from '../../functions/convert-image/conversion-settings.ts';
import type { Progress } from '../../operate/command-line/command-line.ts';
import { dropSpreadsheet, followImport } from '../../operate/executions/follow-import.ts';
import { describeProgress } from '../../operate/executions/progress.ts';
import { localTarget, type Target } from '../../operate/target/clients.ts';
import { openDatabaseUrl } from '../../operate/target/database-url.ts';
import type { ImportSummary } from '../../workflows/payloads/summary.ts';
import { laptopSettings } from '../laptop-settings.ts';
import { startStack } from '../stack.ts';
import { generateCatalog } from './sample/catalog.ts';
import { startSampleCdn } from './sample/cdn.ts';

export const sampleSupplier = 'northwind';

export type DemoStack = Awaited<ReturnType<typeof startDemoStack>>;

/**
 * The whole stack on free ports with the sample supplier's CDN, and that supplier's spreadsheet in `directory`. Each part
 * tells `onClose` how it is stopped, in the order of their start. Expects the bundles of `npm run build`.
 */
export async function startDemoStack(directory: string, seed: number, onClose: (stop: () => Promise<unknown>) => void) {
  const cdn = await startSampleCdn({ seed });
  onClose(cdn.close);
  const { endpoints, close } = await startStack({
    directory: join(directory, 'state'),
    port: 0,
    allowImageHosts: [new URL(cdn.url).host],
    onLog: () => {},
    environment: { CONVERSION_SETTINGS: JSON.stringify(impatient(laptopSettings.conversion)) },
  });
  onClose(close);
  const database = openDatabaseUrl(endpoints.databaseUrl);
  onClose(() => database.$client.end());
  await cdn.drawAll();
  const { xlsx, expected } = await generateCatalog({ seed, baseUrl: cdn.url });
  const file = join(directory, `${sampleSupplier}-catalog.xlsx`);
  await writeFile(file, xlsx);
  return { cdn, endpoints, target: localTarget(endpoints), database, file, expected };
}

/** The sample supplier's slow server is given up after seconds, so that nobody watches a demo wait. */
function impatient(settings: ConversionSettings): ConversionSettings {
  return { ...settings, timeouts: { ...settings.timeouts, total: 6 } };
}

/** Drops the sample supplier's file and waits for its end. Throws where the import failed. */
export async function importSample(
  target: Target,
  file: string,
  progress: Progress,
): Promise<{ executionArn: string; summary: ImportSummary }> {
  const executionArn = await dropSpreadsheet(target, file, sampleSupplier);
  const { summary, error } = await followImport(target, executionArn, (now) => progress.show(describeProgress(now)));
  if (summary === null) throw new Error(`The import failed: ${error?.name} ${error?.message}`);
  return { executionArn, summary };
}
