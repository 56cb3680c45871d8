import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it, onTestFinished } from 'vitest';
import { startStorage, temporaryDirectory } from './storage.ts';

const md5 = (bytes: Uint8Array) => `"${createHash('md5').update(bytes).digest('hex')}"`;

/** The storage in a process of its own, and its endpoint once it listens. */
async function startProcess(directory: string): Promise<{ child: ChildProcess; endpoint: string }> {
  const program = `
    import { startObjectStorage } from '${new URL('../../../../local/aws/object-storage/object-storage.ts', import.meta.url)}';
    const storage = await startObjectStorage({
      directory: ${JSON.stringify(directory)}, port: 0, account: '000000000000', region: 'us-east-1',
      buckets: [{ name: 'uploads', notify: true }], queues: [], onObjectCreated: () => {},
    });
    console.log(storage.endpoint);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout })) return { child, endpoint: line };
  throw new Error('The storage did not start');
}

it('a killed storage comes back with every acknowledged object whole, and its drops to be replayed', async () => {
  const directory = await temporaryDirectory();
  const { child, endpoint } = await startProcess(directory);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 1 });
  const acknowledged = new Set<string>();
  const upload = async (writer: number) => {
    for (let n = 0; ; n += 1) {
      // Every other write replaces an object: a half-written replacement is the harder case.
      const Key = `acme/${writer}-${n % 20}`;
      acknowledged.delete(Key);
      await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key, Body: randomBytes(50_000) }));
      acknowledged.add(Key);
      if (writer === 0 && n === 40) child.kill('SIGKILL');
    }
  };
  await Promise.allSettled([0, 1, 2, 3].map(upload));
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  s3.destroy();

  const { storage, s3: reader } = await startStorage({ directory });
  const { Contents = [] } = await reader.send(new ListObjectsV2Command({ Bucket: 'uploads' }));
  expect(Contents.map(({ Key }) => Key)).toEqual(expect.arrayContaining([...acknowledged]));
  expect(acknowledged.size).toBeGreaterThan(20);
  for (const { Key, ETag } of Contents) {
    const { Body } = await reader.send(new GetObjectCommand({ Bucket: 'uploads', Key }));
    expect(md5((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(ETag);
  }
  const drops = storage.listDrops('uploads').map(({ detail }) => detail.object);
  expect(drops.map(({ key }) => key).toSorted()).toEqual(Contents.map(({ Key }) => Key).toSorted());
});
