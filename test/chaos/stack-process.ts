/** The local stack in a process of its own, to be killed: options as JSON in the first argument, its log on standard output. */
import { z } from 'zod';
import { startStack } from '../../local/stack.ts';

const options = z
  .object({
    directory: z.string(),
    allowImageHosts: z.array(z.string()),
    environment: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));

const stack = await startStack({ ...options, port: 0, onLog: (line) => process.stdout.write(`${line}\n`) });
process.once('SIGINT', async () => {
  await stack.close();
  process.exit(0);
});
const { endpoints, restarted } = stack;
process.stdout.write(`STARTED ${JSON.stringify({ endpoints, restarted })} STARTED\n`);
