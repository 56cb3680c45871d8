import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localTarget, type Target } from '../../operate/target/clients.ts';
import { type Endpoints, endpointsSchema } from '../../operate/target/endpoints.ts';
import { type RunningCommand, startCommand } from './run-command.ts';

export type Laptop = { command: RunningCommand; endpoints: Endpoints; target: Target };

/** `npm start` in a process of its own, which may be killed, with its state in `directory`. Expects `npm run build`. */
export async function startLaptop(directory: string, args: string[] = []): Promise<Laptop> {
  const state = join(directory, 'state');
  const command = startCommand('local/start.ts', ['--state', state, '--port', '0', '--no-build', ...args], '.');
  await command.waitFor('Ctrl-C stops');
  const endpoints = endpointsSchema.parse(JSON.parse(await readFile(join(state, 'endpoints.json'), 'utf8')));
  return { command, endpoints, target: localTarget(endpoints) };
}
