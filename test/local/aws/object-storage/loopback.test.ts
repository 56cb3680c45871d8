import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../../../local/aws/loopback.ts';
import { startStorage } from './storage.ts';

describe('the endpoint', () => {
  it.each([
    ['127.0.0.1:4566', undefined, 200],
    ['localhost:4566', undefined, 200],
    ['127.0.0.1:4566', 'https://shop.example', 403],
    ['127.0.0.1:4566', 'null', 403],
    ['rebound.example:4566', undefined, 403],
    ['127.0.0.1.rebound.example', undefined, 403],
  ])('answers Host %s with Origin %s by %i', async (host, origin, expected) => {
    const { storage } = await startStorage();
    const headers = { host, ...(origin === undefined ? {} : { origin }) };
    const status = await new Promise((resolve, reject) => {
      request(`${storage.endpoint}/uploads?list-type=2`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(expected);
  });

  it('listens on loopback alone', async () => {
    const { storage } = await startStorage();
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === 'IPv4' && !address.internal);
    // A machine without a network has no other address to try.
    if (outside === undefined) return;
    const outcome = await new Promise((resolve) => {
      const socket = connect(Number(new URL(storage.endpoint).port), outside.address);
      socket.once('connect', () => resolve('connected')).once('error', (error) => resolve(error.message));
      socket.once('close', () => socket.destroy());
    });
    expect(outcome).toContain('ECONNREFUSED');
  });
});

describe('virtual-hosted addresses', () => {
  it('are loopback too', () => {
    expect(refusalOf({ host: 'uploads.localhost:4566' })).toBeNull();
    expect(refusalOf({})).not.toBeNull();
  });
});
