import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { conversionSettingsSchema } from '../functions/convert-image/conversion-settings.ts';
import { dropSpreadsheet, followExecution } from '../local/follow-import.ts';
import { countImages } from '../local/image-counts.ts';
import { invokeSweep, waitForBacklog } from '../local/run-sweep.ts';
import { generateCatalog } from '../local/sample/catalog.ts';
import { startTestStack } from './support/stack.ts';

it('x', async () => {
  const settings = conversionSettingsSchema.parse({ timeouts: { connect: 2, headers: 3, idle: 3, total: 3, conversion: 20 } });
  const local = await startTestStack({ seed: 7, images: 180, environment: { CONVERSION_SETTINGS: JSON.stringify(settings) } });
  const catalog = await generateCatalog({ seed: 7, baseUrl: local.cdn.url, products: 30, images: 180 });
  const file = join(local.directory, 'c.xlsx');
  await writeFile(file, catalog.xlsx);
  const t = Date.now();
  const followed = await followExecution(local.target, await dropSpreadsheet(local.target, file, 'northwind'), () => {});
  console.log(Date.now() - t, JSON.stringify(followed.summary?.images));
  for (const hours of [3, 12]) {
    console.log(JSON.stringify(await invokeSweep(local.target, { dueWithinSeconds: hours * 3600 })));
    await waitForBacklog(local.target, () => {});
    console.log(JSON.stringify(await countImages(local.database)));
    console.log(JSON.stringify(await local.database.execute('select * from image_hosts')), JSON.stringify(await local.database.execute('select * from host_lanes')));
    console.log(JSON.stringify(await local.database.execute("select source_url,status,attempts,next_attempt_at,error_code from images where status <> 'converted'")));
  }
  await local.close();
  expect(1).toBe(1);
}, 200000);
