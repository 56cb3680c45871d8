import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type BuildAppOptions, buildApp } from 'fauxqs';

type Stores = NonNullable<BuildAppOptions['stores']>;

/** What of fauxqs' SQLite store is used here: it writes every change through, in transactions of its own. */
type Persistence = NonNullable<Stores['s3Store']['persistence']> & {
  load(sqs: Stores['sqsStore'], sns: Stores['snsStore'], s3: Stores['s3Store']): void;
} & NonNullable<Stores['sqsStore']['persistence']>;

export type StoredObject = Parameters<Persistence['upsertObject']>[1];

/** An object as large as this is taken in one PutObject, as on S3; fauxqs itself stops at 11 MiB. */
const bodyLimitBytes = 5 * 1024 ** 3 - 1;

/**
 * Puts fauxqs' server together over the state in `dataDirectory`, without listening. Its own `startFauxqs` cannot be
 * used: it listens on every interface, and tells neither the size nor the time of an upload. So this takes the same
 * parts by their path inside the package, whose version is pinned; a test fails should they move.
 *
 * Objects are kept in SQLite too, not in files (`s3StorageDir`): there a kill between the writes of an object's two
 * files leaves an empty .meta.json, and fauxqs does not start again on that.
 */
export async function assembleFauxqs(dataDirectory: string, onStored: (bucket: string, object: StoredObject) => void) {
  const { SqsStore } = await part<{ SqsStore: new () => Stores['sqsStore'] }>('./sqs/sqsStore.js');
  const { SnsStore } = await part<{ SnsStore: new () => Stores['snsStore'] }>('./sns/snsStore.js');
  const { S3Store } = await part<{ S3Store: new () => Stores['s3Store'] }>('./s3/s3Store.js');
  const { PersistenceManager } = await part<{ PersistenceManager: new (directory: string) => Persistence }>(
    './persistence.js',
  );
  const stores: Stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  const persistence = new PersistenceManager(dataDirectory);
  returnReceivedMessages(dataDirectory);
  letSystemFlush(persistence);
  // Loaded before the stores write through, or loading would rewrite what it reads.
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  stores.sqsStore.persistence = persistence;
  stores.snsStore.persistence = persistence;
  stores.s3Store.persistence = announcing(persistence, onStored);
  // Queue URLs then have the address that the request came to, not sqs.us-east-1.localhost, which may not resolve.
  stores.sqsStore.host = '';

  const app = buildApp({ logger: false, stores });
  app.addContentTypeParser(
    /^(?!application\/x-amz-json-1\.0|application\/x-www-form-urlencoded)/,
    { parseAs: 'buffer', bodyLimit: bodyLimitBytes },
    (_request, body, done) => done(null, body),
  );
  app.addHook('onClose', (_app, done) => {
    persistence.close();
    done();
  });
  return { app, ...stores };
}

/** Whoever had received a message ended with the last process: nobody has to wait for its visibility timeout. */
function returnReceivedMessages(dataDirectory: string): void {
  const database = new DatabaseSync(join(dataDirectory, 'fauxqs.db'));
  database.exec('update sqs_messages set receipt_handle = null, visibility_deadline = null');
  database.close();
}

/**
 * Without waiting for the disk at every object: what a process has written survives its end, only a crash of the machine
 * could lose the last of it. The connection is private to fauxqs.
 */
function letSystemFlush(persistence: object): void {
  const connection: unknown = Reflect.get(persistence, 'db');
  if (!(connection instanceof DatabaseSync))
    throw new Error('fauxqs keeps its database elsewhere than version 2.4.1 did');
  connection.exec('pragma synchronous = off');
}

/** The same store, telling of every object once it is written: PutObject, CopyObject, a completed multipart upload. */
function announcing(persistence: Persistence, onStored: (bucket: string, object: StoredObject) => void): Persistence {
  return new Proxy(persistence, {
    get(target, name) {
      if (name === 'upsertObject') {
        return (bucket: string, object: StoredObject) => {
          target.upsertObject(bucket, object);
          onStored(bucket, object);
        };
      }
      if (name === 'completeMultipartUpload') {
        return (uploadId: string, bucket: string, object: StoredObject) => {
          target.completeMultipartUpload(uploadId, bucket, object);
          onStored(bucket, object);
        };
      }
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

async function part<T>(path: string): Promise<T> {
  return await import(new URL(path, import.meta.resolve('fauxqs')).href);
}
