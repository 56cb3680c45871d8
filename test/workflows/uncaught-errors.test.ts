import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, expect, it } from 'vitest';
import { failEndedExecution } from '../../functions/fail-import/fail-ended-execution.ts';
import { executionStatusChangeSchema } from '../../functions/shared/imports/ended-execution.ts';
import { failureReason } from '../../functions/shared/imports/failure-reason.ts';
import { matchesPattern } from '../../local/aws/events/pattern.ts';
import type { ExecutionStatusChange } from '../../local/aws/step-functions/index.ts';
import { statusChangeEvent } from '../../local/status-events.ts';
import { imports } from '../../schema/index.ts';
import type { ImportSummary } from '../../workflows/payloads/summary.ts';
import { createTestDatabase } from '../support/database.ts';
import { anUpload, startImport } from '../support/imports.ts';
import { ended, startStepFunctions } from '../support/step-functions.ts';
import { machineArn } from '../support/step-functions-definitions.ts';
import { definitionOf, synthesizedTemplate } from '../support/template.ts';

let template: Template;
beforeAll(async () => {
  template = await synthesizedTemplate();
});

const stateMachineArn = machineArn('ProductImport');
const place = { account: '000000000000', region: 'us-east-1' };

/** Runs the deployed definition, each function by the beginning of its logical id, to the end of an execution. */
async function runProductImport(functions: Record<string, (input: never) => unknown>, upload = anUpload()) {
  const called: string[] = [];
  const changes: ExecutionStatusChange[] = [];
  const { client } = await startStepFunctions({
    standard: { ProductImport: definitionOf(template, 'ProductImport') },
    invokeFunction: async (arn, input) => {
      const [name = ''] = Object.keys(functions).filter((id) => arn.includes(`:Functions${id}`));
      called.push(name);
      return functions[name]?.(input as never);
    },
    onExecutionStatusChange: (change) => changes.push(change),
  });
  const { executionArn } = await client.send(
    new StartExecutionCommand({ stateMachineArn, name: 'import-1', input: JSON.stringify({ upload }) }),
  );
  return { execution: await ended(client, executionArn), called, last: changes.at(-1) };
}

/** The rule that notices executions which ended without their "Fail import", for the machine of the test. */
function endedEarlyPattern(): Record<string, unknown> {
  const [rule] = Object.entries(template.findResources('AWS::Events::Rule')).filter(([id]) =>
    /ImportEndedEarly/.test(id),
  );
  const { detail, ...pattern } = rule?.[1].Properties.EventPattern ?? {};
  return { ...pattern, detail: { ...detail, stateMachineArn: [stateMachineArn] } };
}

it('a payload that no Catch sees ends in fail-import through the rule on ended executions', async () => {
  const { database } = await createTestDatabase();
  const started = await startImport(database);
  const written = new Map<string, ImportSummary>();
  const over = 'x'.repeat(262_145);
  const { execution, called, last } = await runProductImport({ RegisterImport: () => over }, started.upload);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  expect(called).toEqual(['RegisterImport']);

  const event = statusChangeEvent(last ?? {}, place);
  expect(matchesPattern(endedEarlyPattern(), event)).toBe(true);
  await database.update(imports).set({ executionArn: execution.executionArn });
  const reports: string[] = [];
  const dependencies = {
    database,
    writeSummary: async (key: string, summary: ImportSummary) => void written.set(key, summary),
    writeReport: async (key: string) => void reports.push(key),
    reportChanges: async () => ({}),
    now: () => new Date(),
  };
  const failed = await failEndedExecution(dependencies, executionStatusChangeSchema.parse(event));
  expect(failed).toMatchObject({ error: 'StepFunctions.DataLimitExceeded', cause: expect.stringMatching(/\w+ .+/) });
  expect(await database.select().from(imports)).toMatchObject([
    { status: 'failed', error: 'StepFunctions.DataLimitExceeded' },
  ]);
  expect(written.size).toBe(1);
  expect(reports).toHaveLength(1);
});

it('the execution itself fails by the name that fail-import gives, which is none of Step Functions’ own', async () => {
  const { execution, called } = await runProductImport({
    RegisterImport: () => ({ importId: 1, supplierId: 1, supplierCode: 'acme' }),
    ParseSpreadsheet: () => ({ format: 'csv', chunks: 1, manifestKey: 'imports/1/rows/manifest.jsonl' }),
    CheckFeed: () => null,
    AdmitWriters: () => ({ writers: 1, waits: 0, waitSeconds: 0 }),
    // S3 is not there: the Map Run's reader fails, with States.ItemReaderFailed.
    FailImport: ({ error }: { error: { Error: string; Cause: string } }) => {
      const { name, message } = failureReason(error);
      return { error: name, cause: message, summary: {} };
    },
  });
  expect(called.at(-1)).toBe('FailImport');
  expect(execution).toMatchObject({ status: 'FAILED', error: 'StepFunctions.ItemReaderFailed' });
}, 60_000);
