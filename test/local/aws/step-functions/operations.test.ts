import {
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListTagsForResourceCommand,
  StartExecutionCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { distributedMap, mapRunOf, start } from '../../../support/distributed-map.ts';
import { ended, startStepFunctions } from '../../../support/step-functions.ts';
import { functionArn, machineArn, single } from '../../../support/step-functions-definitions.ts';

const echo = single('Echo', { Type: 'Pass' });
const stateMachineArn = machineArn('Machine');

describe('a page token', () => {
  it.each([
    [
      'another status',
      (token) => new ListExecutionsCommand({ stateMachineArn, statusFilter: 'FAILED', nextToken: token }),
    ],
    [
      'another state machine',
      (token) => new ListExecutionsCommand({ stateMachineArn: machineArn('Other'), nextToken: token }),
    ],
    ['another operation', (token, executionArn) => new GetExecutionHistoryCommand({ executionArn, nextToken: token })],
  ] satisfies [string, (token: string | undefined, arn: string | undefined) => unknown][])(
    'is refused with %s',
    async (_, command) => {
      const { client } = await startStepFunctions({ standard: { Machine: echo, Other: echo } });
      const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
      await client.send(new StartExecutionCommand({ stateMachineArn }));
      const list = { stateMachineArn, maxResults: 1 };
      const { nextToken } = await client.send(new ListExecutionsCommand(list));
      expect((await client.send(new ListExecutionsCommand({ ...list, nextToken }))).executions).toHaveLength(1);
      const wrong = command(nextToken, executionArn) as ListExecutionsCommand;
      await expect(client.send(wrong)).rejects.toMatchObject({ name: 'InvalidToken' });
    },
  );
});

describe('a state machine', () => {
  const monitoring = {
    loggingConfiguration: {
      level: 'ERROR' as const,
      includeExecutionData: true,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: 'arn:of:logs' } }],
    },
    tracingConfiguration: { enabled: true },
  };
  const machine = { arn: stateMachineArn, name: 'Machine', type: 'STANDARD' as const, definition: echo };

  it('is described with its logging, its tracing and its tags', async () => {
    const { client } = await startStepFunctions({
      stateMachines: [{ ...machine, ...monitoring, tags: { team: 'imports' } }],
    });
    expect(await client.send(new DescribeStateMachineCommand({ stateMachineArn }))).toMatchObject(monitoring);
    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn: stateMachineArn }));
    expect(tags).toEqual([{ key: 'team', value: 'imports' }]);
    const other = new ListTagsForResourceCommand({ resourceArn: machineArn('Other') });
    await expect(client.send(other)).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });

  it('is found by an execution, and by the child of a Map Run', async () => {
    const definition = single('Each', distributedMap({ executionType: 'STANDARD' }));
    const { client } = await startStepFunctions({ standard: { Each: definition }, functions: { work: () => 1 } });
    const executionArn = await start(client, [1]);
    await ended(client, executionArn);
    const { mapRunArn } = await mapRunOf(client, executionArn);
    const { executions = [] } = await client.send(new ListExecutionsCommand({ mapRunArn }));
    const describe = async (arn: string | undefined) => {
      const described = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn: arn }));
      expect(JSON.parse(described.definition ?? '')).toEqual(definition);
      return described;
    };
    const common = { name: 'Each', stateMachineArn: machineArn('Each') };
    expect(await describe(executionArn)).toMatchObject(common);
    expect(await describe(executions[0]?.executionArn)).toMatchObject({ ...common, mapRunArn, label: 'Items' });
  });
});

describe('a definition', () => {
  const activity = single('Ask', { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Parameters: {} });
  it.each([
    ['valid', echo, 'OK', []],
    ['no JSON', '{"StartAt":', 'FAIL', ['ERROR INVALID_JSON_DESCRIPTION']],
    ['no state machine', { StartAt: 'Nowhere', States: echo.States }, 'FAIL', ['ERROR SCHEMA_VALIDATION_FAILED']],
    ['not emulated here', activity, 'OK', ['WARNING NOT_EMULATED']],
    ['of a function', single('Work', { Type: 'Task', Resource: functionArn('work') }), 'OK', []],
  ])('that is %s is told so', async (_, given, result, expected) => {
    const { client } = await startStepFunctions({});
    const definition = typeof given === 'string' ? given : JSON.stringify(given);
    const command = new ValidateStateMachineDefinitionCommand({ definition, severity: 'WARNING' });
    const { diagnostics = [], ...answer } = await client.send(command);
    expect(answer.result).toBe(result);
    const found = new Set(diagnostics.map(({ severity, code }) => `${severity} ${code}`));
    expect([...found]).toEqual(expected);
  });
});
