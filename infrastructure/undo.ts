import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { undoImport } from '../workflows/undo-import.ts';
import { acknowledge } from './acknowledge.ts';
import { eventTarget } from './event-target.ts';
import type { Functions } from './functions/functions.ts';
import { logGroupProps } from './log-groups.ts';
import type { Settings } from './settings/settings.ts';
import { acknowledgeMapRuns, acknowledgeServices, allowVersionsInFlight } from './state-machine-permissions.ts';
import type { Storage } from './storage.ts';

export type UndoProps = {
  functions: Functions;
  storage: Storage;
  settings: Settings;
  /** Takes the events that fail-undo would not take. */
  eventDeadLetterQueue: Queue;
};

/** What an operator starts when a wrong file was imported. */
export class Undo extends Construct {
  readonly undoImport: StateMachine;

  constructor(scope: Construct, id: string, props: UndoProps) {
    super(scope, id);
    const { functions, storage, settings, eventDeadLetterQueue } = props;
    const { registerUndo, undoChanges, finishUndo, failUndo } = functions;
    this.undoImport = new StateMachine(this, 'UndoImport', {
      stateMachineType: StateMachineType.STANDARD,
      comment: 'The products that an import changed as they were before',
      timeout: Duration.hours(24),
      tracingEnabled: true,
      definitionBody: DefinitionBody.fromChainable(
        undoImport(new Construct(this, 'UndoImportStates'), {
          functions: {
            registerUndo: registerUndo.currentVersion,
            undoChanges: undoChanges.currentVersion,
            finishUndo: finishUndo.currentVersion,
            failUndo: failUndo.currentVersion,
          },
          workBucket: storage.work,
          writers: settings.database.writersPerImport,
        }),
      ),
      logs: {
        destination: new LogGroup(this, 'UndoImportLogs', logGroupProps(settings.retention.logDays)),
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    allowVersionsInFlight(this.undoImport, [registerUndo, undoChanges, finishUndo, failUndo]);
    acknowledgeServices(this.undoImport);
    acknowledgeMapRuns(this.undoImport, storage.work);
    acknowledge(this.undoImport, {
      'AwsSolutions-SF1':
        'Step Functions keeps the whole history of a Standard execution for 90 days; the log has what failed.',
    });
    // An aborted or timed-out execution never reaches its "Fail undo".
    new Rule(this, 'UndoEndedEarly', {
      description: 'Marks the undo of an aborted or timed-out execution as failed',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [this.undoImport.stateMachineArn], status: ['ABORTED', 'TIMED_OUT', 'FAILED'] },
      },
      targets: [eventTarget(this, 'FailUndoLive', failUndo, eventDeadLetterQueue)],
    });
  }
}
