import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type BuildAppOptions, buildApp } from 'fauxqs';
import { makePrivate } from '../private-file.ts';

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
  mkdirSync(dataDirectory, { recursive: true });
  makePrivate(join(dataDirectory, 'fauxqs.db'));
  const persistence = new PersistenceManager(dataDirectory);
  const connection = connectionOf(persistence);
  letSystemFlush(connection);
  letSpaceBeFreed(connection);
  returnReceivedMessages(connection);
  // Loaded before the stores write through, or loading would rewrite what it reads.
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  stores.sqsStore.persistence = persistence;
  stores.snsStore.persistence = persistence;
  stores.s3Store.persistence = announcing(persistence, newestObject(connection), onStored);
  // Queue URLs then have the address that the request came to, not sqs.us-east-1.localhost, which may not resolve.
  stores.sqsStore.host = '';

  const app = buildApp({ logger: false, stores });
  takeBodies(app);
  app.addHook('onClose', (_app, done) => {
    persistence.close();
    done();
  });
  return { app, connection, ...stores };
}

/**
 * Bodies as S3 and SQS take them: of any type and none, an object's also where it is a form or JSON, which fauxqs would
 * read; and a request that it stumbles over, since it checks no shapes, is the client's mistake rather than its own.
 */
function takeBodies(app: ReturnType<typeof buildApp>): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyLimitBytes }, ({ url, headers }, body, done) => {
    const type = String(headers['content-type']);
    const isAction = url === '/' || url.startsWith('/?');
    if (isAction && type.includes('application/x-amz-json-1.0')) done(null, parseJson(body.toString()));
    else if (isAction && type.includes('application/x-www-form-urlencoded')) {
      done(null, Object.fromEntries(new URLSearchParams(body.toString())));
    } else done(null, body);
  });
  app.addHook('preHandler', (request, _reply, done) => {
    request.body ??= Buffer.alloc(0);
    done();
  });
  app.setErrorHandler((error, _request, reply) => {
    if (![TypeError, SyntaxError, RangeError, URIError].some((type) => error instanceof type)) throw error;
    return reply.code(400).send({ __type: 'InvalidRequest', message: `The request could not be read: ${error}` });
  });
}

/** Nothing of what is no object: fauxqs looks for members without checking. */
function parseJson(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** The connection is private to fauxqs. */
function connectionOf(persistence: object): DatabaseSync {
  const connection: unknown = Reflect.get(persistence, 'db');
  if (connection instanceof DatabaseSync) return connection;
  throw new Error('fauxqs keeps its database elsewhere than version 2.4.1 did');
}

/** When the last object was stored, in milliseconds. */
function newestObject(connection: DatabaseSync): number {
  const row = connection.prepare('select max(last_modified) as newest from s3_objects').get();
  return row?.newest == null ? 0 : new Date(String(row.newest)).getTime();
}

/**
 * Without waiting for the disk at every object: what a process has written survives its end, only a crash of the machine
 * could lose the last of it.
 */
function letSystemFlush(connection: DatabaseSync): void {
  connection.exec('pragma synchronous = off');
}

/** So that what is deleted can leave the file; a file that was made without is rewritten once. */
function letSpaceBeFreed(connection: DatabaseSync): void {
  const incremental = 2;
  if (connection.prepare('pragma auto_vacuum').get()?.auto_vacuum === incremental) return;
  connection.exec(`pragma auto_vacuum = ${incremental}; vacuum`);
}

/** Whoever had received a message ended with the last process: nobody has to wait for its visibility timeout. */
function returnReceivedMessages(connection: DatabaseSync): void {
  connection.exec('update sqs_messages set receipt_handle = null, visibility_deadline = null');
}

/**
 * The same store, telling of every object once it is written: PutObject, CopyObject, a completed multipart upload. Each
 * has a later time than the one before, by a millisecond at least, also where the clock was put back.
 */
function announcing(
  persistence: Persistence,
  newest: number,
  onStored: (bucket: string, object: StoredObject) => void,
): Persistence {
  let last = newest;
  const stamp = (object: StoredObject) => {
    last = Math.max(object.lastModified.getTime(), last + 1);
    object.lastModified = new Date(last);
  };
  return new Proxy(persistence, {
    get(target, name) {
      if (name === 'upsertObject') {
        return (bucket: string, object: StoredObject) => {
          stamp(object);
          target.upsertObject(bucket, object);
          onStored(bucket, object);
        };
      }
      if (name === 'completeMultipartUpload') {
        return (uploadId: string, bucket: string, object: StoredObject) => {
          stamp(object);
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
