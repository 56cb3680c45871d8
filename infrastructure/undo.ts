import { Duration } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { undoImport } from '../workflows/undo-import.ts';
import { acknowledge } from './acknowledge.ts';
import type { Functions } from './functions/functions.ts';
import { logGroupProps } from './log-groups.ts';
import type { Settings } from './settings/settings.ts';
import { acknowledgeMapRuns, acknowledgeServices, allowVersionsInFlight } from './state-machine-permissions.ts';
import type { Storage } from './storage.ts';

export type UndoProps = { functions: Functions; storage: Storage; settings: Settings };

/** What an operator starts when a wrong file was imported. */
export class Undo extends Construct {
  readonly undoImport: StateMachine;

  constructor(scope: Construct, id: string, { functions, storage, settings }: UndoProps) {
    super(scope, id);
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
  }
}
