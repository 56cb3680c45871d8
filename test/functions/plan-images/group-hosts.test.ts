import { inArray } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { groupByImages } from '../../../functions/plan-images/group-hosts.ts';
import { imageHosts, images } from '../../../schema/index.ts';
import { converted, importOf, plan } from './plans.ts';

describe('planning images by host', () => {
  it('gives a host with many images an item of its own, and few images of many hosts one together', async () => {
    const few = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`few-${index}.example`, 3]));
    const { database, started } = await importOf({ 'big.example': 300, 'large.example': 101, ...few });
    const { hosts, left } = await plan(database, started);
    expect(left).toBe(300 + 101 + 180);
    expect(hosts.slice(0, 2)).toEqual([['big.example'], ['large.example']]);
    expect(hosts.slice(2).map(({ length }) => length)).toEqual([50, 10]);
    expect(new Set(hosts.flat()).size).toBe(62);
  });

  it('keeps a file with 2,000 hosts small', async () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`h-${index}.example`, 1]));
    const groups = groupByImages(Object.entries(many).map(([host, images]) => ({ host, images, holdSeconds: 0 })));
    expect(groups).toHaveLength(40);
    expect(Math.max(...groups.map(({ hosts }) => hosts.length))).toBe(50);
  });

  it('plans again what is left as long as that gets less', async () => {
    const { database, started } = await importOf({ 'cdn.example': 10 });
    const first = await plan(database, started);
    const ids = first.items.slice(0, 4).map(({ imageId }) => imageId);
    await database.update(images).set(converted).where(inArray(images.id, ids));
    const second = await plan(database, started, first);
    expect(second).toMatchObject({ round: 2, left: 6, groups: 1 });
    expect(await plan(database, started, second)).toMatchObject({ round: 3, left: 6, groups: 0 });
  });

  it('leaves hosts that are on hold for long to the sweeps, and waits for those that are not', async () => {
    const { database, started } = await importOf({ 'banned.example': 10, 'held.example': 10 });
    const hold = (host: string, seconds: number) =>
      database.insert(imageHosts).values({ host, concurrency: 8, holdUntil: new Date(Date.now() + seconds * 1000) });
    await hold('banned.example', 3600);
    await hold('held.example', 30);
    expect(await plan(database, started)).toMatchObject({ hosts: [['held.example']], left: 20 });
  });
});
