/**
 * The pace of hosts, with real requests: a server of each of the five kinds of the capacity simulation, on loopback, and an
 * import's images of it, taken, fetched and recorded by the functions' own code.
 *
 * Measured: images a second once the pace has been learnt, ÷ what the server can give; what it refused; the first byte; and,
 * counted by the server, requests that broke a Retry-After and requests at once beyond the lanes that were granted.
 * Not measured: decoding (images have one pixel), storing, Step Functions.
 */
import { lookup } from 'node:dns';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { conversionSettingsSchema } from '../../functions/convert-image/conversion-settings.ts';
import type { Dependencies } from '../../functions/convert-image/convert-image.ts';
import { fetchImage } from '../../functions/convert-image/fetch/fetch-image.ts';
import { createImageAgent } from '../../functions/convert-image/fetch/image-agent.ts';
import { type HostKind, hostKinds } from '../../operate/capacity/scenario.ts';
import { hostNames, hostTraits } from '../../operate/capacity/simulation/image-hosts.ts';
import type { Bench, Context } from '../bench.ts';
import { limits } from '../database/conversions.ts';
import { type BenchServer, startBenchServer } from '../database/database.ts';
import { registerDrop } from '../database/products.ts';
import { median } from '../measure/measure.ts';
import { compared, type Figure, figure } from '../measure/report.ts';
import { type DrivenTake, driveImport } from './drive.ts';
import { type BenchHost, gives, startBenchHost } from './servers.ts';

export const hosts: Bench = {
  name: 'hosts',
  about: 'throughput of five kinds of image hosts ÷ what they can give, and whether their wishes were kept',
  async run(context) {
    context.show('starting PostgreSQL');
    const server = await startBenchServer(context);
    const figures: Figure[] = [];
    for (const kind of hostKinds) figures.push(...(await measureHost(context, server, kind)));
    const { hostSeconds } = context.sizes;
    return {
      bench: 'hosts',
      figures,
      notes: [
        `Of each kind what it gives in about ${hostSeconds} s, after the Takes in which its pace is learnt; at most ${limits.mostPerHost} requests at once.`,
        'A limit on requests a second is learnt from Takes of four minutes: --host-seconds 600 has some.',
      ],
    };
  },
};

/** Images until the pace is learnt, about: Takes of five seconds at 8, 16 and 32 lanes. */
const learningImages = 600;

async function measureHost(context: Context, postgres: BenchServer, kind: HostKind): Promise<Figure[]> {
  const image = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#fa0' } })
    .png()
    .toBuffer();
  const server = await startBenchHost(kind, image);
  context.onEnd(server.close);
  const given = gives(kind, limits.mostPerHost);
  const images = Math.round(learningImages + given * context.sizes.hostSeconds);
  const { admin: database } = await postgres.createDatabase(`hosts_${kind.replace('-', '_')}`);
  const drop = await registerDrop(database, 1);
  const { importId, supplierId } = drop.import;
  await database.execute(sql`
    insert into images (source_url_hash, source_url, supplier_id, host, import_id, next_attempt_at)
    select gen_random_uuid(), 'http://' || ${server.host}::text || '/' || n, ${supplierId}, ${server.host}, ${importId}, null
    from generate_series(1, ${images}) n`);
  const conversion = conversionAt(server);
  const takes = await driveImport({ database, conversion, server, drop }, (take) =>
    context.show(`${hostNames[kind]}, Take ${take}`),
  );
  return figuresOf(kind, server, takes, given);
}

function figuresOf(kind: HostKind, server: BenchHost, takes: readonly DrivenTake[], given: number): Figure[] {
  // The last of the long ones: those before them are short, to learn the pace; what is left after it is what was postponed.
  const longest = Math.max(...takes.map(({ converted }) => converted));
  const learnt = takes.findLast(({ converted }) => converted > longest / 3);
  if (learnt === undefined) throw new Error(`Nothing was taken of ${hostNames[kind]}`);
  const best = Math.min(...takes.map(({ firstBytes }) => median(firstBytes)));
  const strays = kind === 'straying' ? hostTraits.strayShare : 0;
  return [
    compared(
      hostNames[kind],
      learnt.converted / learnt.seconds,
      'images/s',
      { name: 'what it can give', value: given },
      { atLeast: 0.85 },
    ),
    figure('  requests at once in that Take', learnt.lanes, 'count'),
    figure(
      strays > 0 ? '  refused beside its strays' : '  refused, share of requests',
      Math.max(0, server.refused / server.requests - strays),
      'count',
      { atMost: 0.02 },
    ),
    ...(kind === 'queueing'
      ? [
          compared(
            '  median first byte',
            median(learnt.firstBytes),
            'ms',
            { name: 'at its best', value: best },
            { atMost: 2 },
          ),
        ]
      : []),
    figure('  Retry-After broken', server.broken, 'count', { atMost: 0 }),
    figure('  requests beyond the lanes granted', Math.max(0, server.beyond), 'count', { atMost: 0 }),
  ];
}

/** convert-image as Lambda has it, but that it stores nothing, and that holds are in memory. */
function conversionAt({ host }: BenchHost): Dependencies {
  const settings = conversionSettingsSchema.parse({});
  // An agent has one connection: each environment of Lambda has its own, and converts one image at a time.
  const idle: ReturnType<typeof createImageAgent>[] = [];
  let heldUntil = 0;
  return {
    settings,
    baseUrl: 'https://images.bench.example',
    async fetchImage(item, options) {
      const agent = idle.pop() ?? createImageAgent({ ...settings, allowedHosts: new Set([host]), lookup });
      try {
        return await fetchImage(item, agent, settings, options);
      } finally {
        idle.push(agent);
      }
    },
    holds: {
      read: async () => Math.max(0, Math.ceil((heldUntil - Date.now()) / 1000)),
      async write(_host, seconds) {
        heldUntil = Date.now() + seconds * 1000;
      },
    },
    writeRendition: async () => {},
  };
}
