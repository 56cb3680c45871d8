import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { roleConnectionLimit } from '../settings/concurrency.ts';
import { type FunctionsProps, functionParts } from './function-parts.ts';
import { imageFunctions } from './image-functions.ts';
import { importFunctions } from './import-functions.ts';
import { undoFunctions } from './undo-functions.ts';

export type Functions = ReturnType<typeof defineFunctions>;

/**
 * Every Lambda function, with its place, its size and what it may touch. A function has either the database (inside the
 * VPC, no internet) or the internet (outside, no database), never both.
 */
export function defineFunctions(scope: Construct, id: string, props: FunctionsProps) {
  const functions = new Construct(scope, id);
  const parts = functionParts(functions, props);
  const { database, settings } = props;
  return {
    migrate: parts
      .define('Migrate', {
        name: 'migrate',
        description: 'Applies migrations and the rights of the application role',
        timeout: Duration.minutes(15),
        memorySize: 512,
        inside: { ...parts.inside, secret: database.masterSecret },
        environment: {
          APPLICATION_SECRET_ARN: database.applicationSecret.secretArn,
          CONNECTION_LIMIT: String(roleConnectionLimit(settings)),
        },
      })
      .allow([database.applicationSecret.secretArn], 'secretsmanager:GetSecretValue'),
    ...importFunctions(parts),
    ...imageFunctions(functions, props.sharpLayer, parts),
    ...undoFunctions(parts),
  };
}
