import { type LookupFunction, Socket, type TcpNetConnectOpts } from 'node:net';
import { onTestFinished, vi } from 'vitest';

/**
 * Leads every TCP connection of the process to a port of 127.0.0.1, from below the HTTP client: what the fetcher takes for
 * 8.8.8.8 is a real listener here, and no packet leaves the machine. Returns the addresses that were connected to, as
 * they were given; until the test ends.
 */
export function rerouteSockets(port: number): string[] {
  const connected: string[] = [];
  const connect = Socket.prototype.connect;
  const spy = vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
    // net.connect has normalised its arguments to one array by now; tls.connect has not.
    const [options, onConnect] = (Array.isArray(args[0]) ? args[0] : args) as [TcpNetConnectOpts, () => void];
    const host = options.host ?? 'localhost';
    const rerouted = { ...options, port, autoSelectFamily: false };
    if (options.lookup === undefined || /^[\d.]+$|:/.test(host)) {
      connected.push(host);
      return Reflect.apply(connect, this, [{ ...rerouted, host: '127.0.0.1' }, onConnect]);
    }
    const { lookup } = options;
    const lookupAndRecord: LookupFunction = (hostname, lookupOptions, callback) =>
      lookup(hostname, { ...lookupOptions, all: true }, (error, addresses) => {
        if (error) return callback(error, '', 0);
        connected.push(...(Array.isArray(addresses) ? addresses : []).map(({ address }) => address));
        return callback(null, '127.0.0.1', 4);
      });
    return Reflect.apply(connect, this, [{ ...rerouted, lookup: lookupAndRecord }, onConnect]);
  });
  onTestFinished(() => spy.mockRestore());
  return connected;
}
