/**
 * The pace of hosts, with real requests: a server of each of the five kinds of the capacity simulation, on loopback, and an
 * import's images of it, taken, fetched and recorded by the functions' own code.
 *
 * Measured: images a second once slow start is over, ÷ what the server can give; what it refused from the first request on;
 * the first byte; and, counted by the server, requests that broke a Retry-After and requests at once beyond the lanes that
 * were granted.
 * Images a second are those of all Takes from the first that has no more lanes than the one before it, or all that there
 * are, to the last, by the clock: where the pace falls and comes back, the ends of Takes, where lanes wait for the last of them,
 * what is waited between Takes and a last Take of a few postponed images count.
 * Not measured: decoding (images have one pixel), storing, Step Functions.
 */
import { lookup } from 'node:dns';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { conversionSettingsSchema } from '../../functions/convert-image/conversion-settings.ts';
import type { Dependencies } from '../../functions/convert-image/convert-image.ts';
import { fetchImage } from '../../functions/convert-image/fetch/fetch-image.ts';
import { createImageAgent } from '../../functions/convert-image/fetch/image-agent.ts';
import type { HostKind } from '../../operate/capacity/scenario.ts';
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
    for (const group of groups) {
      figures.push(...(await Promise.all(group.map((kind) => measureHost(context, server, kind)))).flat());
    }
    return {
      bench: 'hosts',
      figures,
      notes: [
        `Of ${context.sizes.hostImages} images of each, those after slow start; at most ${limits.mostPerHost} requests at once.`,
      ],
    };
  },
};

/** Measured one group after the other: all of a group together are sent no more than the elastic host alone. */
const groups: HostKind[][] = [['elastic'], ['queueing', 'rate-limited', 'bandwidth'], ['straying']];

async function measureHost(context: Context, postgres: BenchServer, kind: HostKind): Promise<Figure[]> {
  const image = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#fa0' } })
    .png()
    .toBuffer();
  const server = await startBenchHost(kind, image);
  context.onEnd(server.close);
  const given = gives(kind, limits.mostPerHost);
  const { admin: database } = await postgres.createDatabase(`hosts_${kind.replace('-', '_')}`);
  const drop = await registerDrop(database, 1);
  const { importId, supplierId } = drop.import;
  await database.execute(sql`
    insert into images (source_url_hash, source_url, supplier_id, host, import_id, next_attempt_at)
    select gen_random_uuid(), 'http://' || ${server.host}::text || '/' || n, ${supplierId}, ${server.host}, ${importId}, null
    from generate_series(1, ${context.sizes.hostImages}) n`);
  const conversion = conversionAt(server);
  const takes = await driveImport({ database, conversion, server, drop }, (take) =>
    context.show(`${hostNames[kind]}, Take ${take}`),
  );
  return figuresOf(kind, server, takes, given);
}

function figuresOf(kind: HostKind, server: BenchHost, takes: readonly DrivenTake[], given: number): Figure[] {
  const learnt = afterSlowStart(takes);
  if (learnt.length === 0) throw new Error(`Nothing was taken of ${hostNames[kind]}`);
  const seconds = secondsOf(learnt);
  const best = Math.min(...takes.filter(({ converted }) => converted > 0).map(({ firstBytes }) => median(firstBytes)));
  const strays = kind === 'straying' ? hostTraits.strayShare : 0;
  return [
    compared(
      hostNames[kind],
      sum(learnt.map(({ converted }) => converted)) / seconds,
      'images/s',
      { name: 'what it can give', value: given },
      { atLeast: 0.85 },
    ),
    figure('  lanes, on average', sum(learnt.map((take) => take.lanes * take.seconds)) / seconds, 'count'),
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
            median(learnt.flatMap(({ firstBytes }) => firstBytes)),
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

/** The last alone where there were too few images for slow start to end. */
function afterSlowStart(takes: readonly DrivenTake[]): DrivenTake[] {
  const first = takes.findIndex(
    ({ lanes }, index) => lanes === limits.mostPerHost || lanes <= (takes[index - 1]?.lanes ?? 0),
  );
  return takes.slice(first);
}

/** By the clock, from the start of the first to the end of the last. */
function secondsOf(takes: readonly DrivenTake[]): number {
  const [first] = takes;
  const last = takes.at(-1);
  return last === undefined || first === undefined ? 0 : last.startedAt + last.seconds - first.startedAt;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

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
