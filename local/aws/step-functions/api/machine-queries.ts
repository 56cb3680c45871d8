import type {
  DescribeStateMachineForExecutionOutput,
  DescribeStateMachineOutput,
  ListStateMachinesOutput,
  ListTagsForResourceOutput,
  ValidateStateMachineDefinitionInput,
  ValidateStateMachineDefinitionOutput,
} from '@aws-sdk/client-sfn';
import { rootOf } from '../arns.ts';
import { ServiceException } from '../errors.ts';
import type { Executions } from '../executions/executions.ts';
import { compileStateMachine, errorsOf } from '../state-machine.ts';
import type { StateMachineDefinition } from '../types.ts';
import { type Page, pageOf } from './pages.ts';

/** The operations that read state machines, which the template makes and nothing changes. */
export function createMachineQueries(machines: StateMachineDefinition[], executions: Executions) {
  const createdAt = new Date();
  const described = (machine: StateMachineDefinition) => ({
    name: machine.name,
    definition: JSON.stringify(machine.definition),
    roleArn: machine.roleArn ?? '',
    loggingConfiguration: machine.loggingConfiguration ?? { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: machine.tracingConfiguration ?? { enabled: false },
  });
  function definitionOf(arn: string): StateMachineDefinition {
    const found = machines.find((machine) => machine.arn === arn);
    if (found === undefined) throw new ServiceException('ResourceNotFound', `Resource not found: '${arn}'`);
    return found;
  }

  return {
    listStateMachines(request: Page = {}): ListStateMachinesOutput {
      const { limit, position = 0, tokenOf } = pageOf(request);
      return {
        stateMachines: machines
          .slice(position, position + limit)
          .map(({ arn, name, type }) => ({ stateMachineArn: arn, name, type, creationDate: createdAt })),
        nextToken: position + limit < machines.length ? tokenOf(position + limit) : undefined,
      };
    },
    describeStateMachine({ stateMachineArn }: { stateMachineArn: string }): DescribeStateMachineOutput {
      const machine = definitionOf(executions.machineOf(stateMachineArn).arn);
      const { type } = machine;
      return { stateMachineArn, status: 'ACTIVE', type, creationDate: createdAt, ...described(machine) };
    },
    /** For the child of a Map Run: the whole definition, and the Map Run's `label` in it. */
    describeStateMachineForExecution(request: { executionArn: string }): DescribeStateMachineForExecutionOutput {
      const { stateMachineArn, mapRunArn } = executions.recordOf(request.executionArn);
      return {
        stateMachineArn: rootOf(stateMachineArn),
        updateDate: createdAt,
        mapRunArn: mapRunArn ?? undefined,
        label: mapRunArn === null ? undefined : stateMachineArn.slice(rootOf(stateMachineArn).length + 1),
        ...described(definitionOf(rootOf(stateMachineArn))),
      };
    },
    listTagsForResource({ resourceArn }: { resourceArn: string }): ListTagsForResourceOutput {
      return { tags: Object.entries(definitionOf(resourceArn).tags ?? {}).map(([key, value]) => ({ key, value })) };
    },
    /** What is valid on AWS but not emulated here is a warning. */
    validateStateMachineDefinition(
      request: ValidateStateMachineDefinitionInput,
    ): Required<Pick<ValidateStateMachineDefinitionOutput, 'result' | 'diagnostics' | 'truncated'>> {
      const { definition = '', type = 'STANDARD', severity = 'ERROR', maxResults = 0 } = request;
      const found = diagnosticsOf(definition, type).filter((one) => severity === 'WARNING' || one.severity === 'ERROR');
      const diagnostics = found.slice(0, maxResults || 100);
      const result = found.some((one) => one.severity === 'ERROR') ? 'FAIL' : 'OK';
      return { result, diagnostics, truncated: diagnostics.length < found.length };
    },
  };
}

function diagnosticsOf(text: string, type: StateMachineDefinition['type']) {
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ severity: 'ERROR' as const, code: 'INVALID_JSON_DESCRIPTION', message }];
  }
  if (typeof definition !== 'object' || definition === null) {
    return [{ severity: 'ERROR' as const, code: 'INVALID_JSON_DESCRIPTION', message: 'The definition is no object' }];
  }
  const errors = errorsOf(definition);
  if (errors.length > 0) {
    return errors.map((message) => ({ severity: 'ERROR' as const, code: 'SCHEMA_VALIDATION_FAILED', message }));
  }
  try {
    compileStateMachine({ arn: 'arn:aws:states:::stateMachine:Validated', name: 'Validated', type, definition });
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ severity: 'WARNING' as const, code: 'NOT_EMULATED', message }];
  }
}
