import { executionName } from '../functions/start-import/execution-name.ts';
import { productImportInputSchema } from '../workflows/payloads/import-states.ts';
import type { ObjectCreatedEvent } from './aws/object-storage/object-created.ts';
import type { StepFunctions } from './aws/step-functions/index.ts';

const restartSuffix = /-restart-(\d+)$/;

/**
 * Starts the executions anew that a killed process left running, each under a name of its own, and returns what they are:
 * an import's file, the state machine's name elsewhere. What they repeat is idempotent. On AWS nothing kills them.
 */
export async function restartInterrupted(stepFunctions: StepFunctions): Promise<string[]> {
  const standard = new Map(
    stepFunctions
      .listStateMachines()
      .stateMachines?.filter(({ type }) => type === 'STANDARD')
      .map(({ stateMachineArn, name }) => [stateMachineArn, name]),
  );
  const restarted: string[] = [];
  for (const { stateMachineArn, name = '', input } of stepFunctions.interrupted) {
    const machine = standard.get(stateMachineArn);
    // Express executions are batches of the queue: SQS delivers those again.
    if (machine === undefined || stateMachineArn === undefined) continue;
    const restarts = Number(restartSuffix.exec(name)?.[1] ?? 0) + 1;
    const suffix = `-restart-${restarts}`;
    const base = name.replace(restartSuffix, '').slice(0, 80 - suffix.length);
    await stepFunctions.startExecution({ stateMachineArn, name: `${base}${suffix}`, input });
    const imported = productImportInputSchema.safeParse(JSON.parse(input ?? 'null'));
    restarted.push(imported.success ? imported.data.upload.key : machine);
  }
  return restarted;
}

/** Sends the events of uploads again whose import never started, since the process was killed between the two. */
export function replayLostDrops(
  drops: ObjectCreatedEvent[],
  stepFunctions: StepFunctions,
  stateMachineArn: string,
  publish: (event: ObjectCreatedEvent) => void,
): void {
  for (const drop of drops) {
    const { bucket, object } = drop.detail;
    const name = executionName({ bucket: bucket.name, key: object.key, versionId: object.sequencer });
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    try {
      stepFunctions.describeExecution({ executionArn });
    } catch {
      publish(drop);
    }
  }
}
