import { DescribeMapRunCommand, ListMapRunsCommand, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ended, startStepFunctions, startStorage } from './step-functions.ts';
import { invoke, machineArn, single } from './step-functions-definitions.ts';

export type MapFields = Record<string, unknown> & { executionType?: 'EXPRESS' | 'STANDARD' };
export const readLines = {
  Resource: 'arn:aws:states:::s3:getObject',
  ReaderConfig: { InputType: 'JSONL' },
  Parameters: { Bucket: 'items', 'Key.$': '$.key' },
};
export const distributedMap = ({ executionType = 'EXPRESS', ...fields }: MapFields) => ({
  Type: 'Map',
  Label: 'Items',
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: executionType },
    ...single('Work', invoke('work')),
  },
  ...fields,
});
export const jsonLines = (items: unknown[]) => items.map((item) => `${JSON.stringify(item)}\n`).join('');
export const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

export async function start(client: SFNClient, input: unknown) {
  const command = new StartExecutionCommand({ stateMachineArn: machineArn('Each'), input: JSON.stringify(input) });
  const { executionArn } = await client.send(command);
  return executionArn;
}

export async function mapRunOf(client: SFNClient, executionArn: string | undefined) {
  const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
  return client.send(new DescribeMapRunCommand({ mapRunArn: mapRuns[0]?.mapRunArn }));
}

/** Runs a machine of one Distributed Map whose children invoke `work` with their input. */
export async function runDistributedMap(
  fields: MapFields,
  input: unknown,
  work: (input: never) => unknown = (item) => item,
) {
  const storage = await startStorage();
  const { key, lines, body } = { key: 'items.jsonl', lines: undefined, body: undefined, ...(input as object) } as {
    key: string;
    lines?: unknown[];
    body?: string;
  };
  if (lines !== undefined) await storage.put(key, jsonLines(lines));
  if (body !== undefined) await storage.put(key, body);
  const { client } = await startStepFunctions({
    standard: { Each: single('Each', distributedMap(fields)) },
    functions: { work },
    s3: storage.s3,
  });
  const executionArn = await start(client, lines === undefined && body === undefined ? input : { key });
  const execution = await ended(client, executionArn);
  const output = execution.output === undefined ? undefined : JSON.parse(execution.output);
  return { client, storage, execution, output, mapRun: await mapRunOf(client, executionArn) };
}
