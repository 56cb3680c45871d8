import type { StateMachineType } from './types.ts';

/** `arn:…:stateMachine:NAME` and a name give `arn:…:execution:NAME:name`; Express adds a unique last part. */
export function executionArn(machineArn: string, name: string, type: StateMachineType, id: string): string {
  return type === 'STANDARD'
    ? `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`
    : `${machineArn.replace(':stateMachine:', ':express:')}:${name}:${id}`;
}

/**
 * The machine that the children of a Map Run belong to: `arn:…:stateMachine:NAME/LABEL`, also where the Map Run is a
 * child's own, since labels are unique within a definition.
 */
export function childMachineArn(machineArn: string, label: string): string {
  return `${rootOf(machineArn)}/${label}`;
}

/** `NAME/LABEL` → `NAME`, of a machine's name or ARN. */
export function rootOf(machine: string): string {
  return machine.split('/')[0] ?? machine;
}

/** `arn:…:mapRun:NAME/LABEL:id` */
export function mapRunArn(childArn: string, id: string): string {
  return `${childArn.replace(':stateMachine:', ':mapRun:')}:${id}`;
}

/**
 * The unqualified ARN of what a Task's FunctionName or Resource says: an ARN, maybe with version or alias, or a bare
 * name, which is taken to be in the state machine's account and Region.
 */
export function functionArn(nameOrArn: string, machineArn: string): string {
  const [arn, partition, service, region, account, kind, name] = nameOrArn.split(':');
  if (arn === 'arn' && service === 'lambda' && kind === 'function' && name !== undefined) {
    return `arn:${partition}:lambda:${region}:${account}:function:${name}`;
  }
  const [, machinePartition, , machineRegion, machineAccount] = machineArn.split(':');
  return `arn:${machinePartition}:lambda:${machineRegion}:${machineAccount}:function:${nameOrArn.split(':')[0]}`;
}

export function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}
