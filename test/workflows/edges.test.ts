import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stackName } from '../../local/assembly.ts';
import { createStepFunctions, type StepFunctions } from '../../local/aws/step-functions/index.ts';
import { readStack } from '../../local/aws/template/template.ts';
import { readWiring } from '../../local/aws/template/wiring.ts';
import { synthesize } from '../../local/synthesize.ts';
import { edgesOf } from '../support/state-edges.ts';
import { allStates, type Definition } from '../support/template.ts';

/** The state machines as deployed. */
async function synthesizedMachines() {
  const directory = await mkdtemp(join(tmpdir(), 'supplier-import-edges-'));
  await synthesize(directory);
  const assembly = await readStack(directory, stackName);
  const { stateMachines } = readWiring(assembly, {
    account: '000000000000',
    region: 'us-east-1',
    queueUrl: (name) => name,
    valueOf: () => 'images.example',
  });
  await rm(directory, { recursive: true });
  return stateMachines.map(({ name, definition }) => ({ name, definition: definition as unknown as Definition }));
}

const states = (await synthesizedMachines()).flatMap(({ name, definition }) =>
  allStates(definition).map(([stateName, state]) => ({ machine: name, stateName, state, definition })),
);
const withEdges = states.filter(({ state }) => edgesOf(state).length > 0);

let directory: string;
let stepFunctions: StepFunctions;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'supplier-import-edges-'));
  const nothing = () => Promise.reject(new Error('Every task is mocked'));
  const services = { invokeFunction: nothing, putEvents: nothing, s3: new S3Client({ region: 'us-east-1' }) };
  stepFunctions = await createStepFunctions({ stateMachines: [], store: directory, ...services });
});
afterAll(async () => {
  await stepFunctions.close();
  await rm(directory, { recursive: true });
});

it('every state with a Choice, a Retry or a Catch has edges', () => {
  const expected = states.filter(({ state }) => state.Type === 'Choice' || state.Retry || state.Catch);
  expect(withEdges.map(({ stateName }) => stateName)).toEqual(expected.map(({ stateName }) => stateName));
  expect(withEdges.length).toBeGreaterThan(10);
});

describe.each(withEdges)('$machine, state $stateName', ({ stateName, state, definition }) => {
  it.each(edgesOf(state))('takes $title', async ({ input, error, retried, expected }) => {
    const { retryIndex, catchIndex, ...outcome } = expected;
    const result = await stepFunctions.testState({
      definition: JSON.stringify(definition),
      stateName,
      input: JSON.stringify(input),
      inspectionLevel: 'DEBUG',
      ...(error !== undefined && { mock: { errorOutput: { error, cause: 'a test' } } }),
      ...(retried !== undefined && { stateConfiguration: { retrierRetryCount: retried } }),
    });
    expect(result).toMatchObject(outcome);
    if (error === undefined) return;
    expect(result).toMatchObject({ error, cause: 'a test' });
    const { retryIndex: retry, catchIndex: caught } = result.inspectionData?.errorDetails ?? {};
    expect({ retry, caught }).toEqual({ retry: retryIndex, caught: catchIndex });
  });
});
