import { join } from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  type LayerVersion,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { EnvironmentVariable } from '../functions/shared/environment.ts';
import type { Network } from './network.ts';

export type BundledFunctionProps = {
  /** Folder of functions/, e.g. `parse-spreadsheet`. */
  name: string;
  /** Folder of all bundles, as `npm run build` leaves it. */
  bundles: string;
  description: string;
  timeout: Duration;
  memorySize: number;
  /** AWS_ENDPOINT_URL_* are the SDK's own; the others are read by functions/shared/environment.ts. */
  environment?: Partial<Record<EnvironmentVariable | 'AWS_ENDPOINT_URL_SFN', string>>;
  reservedConcurrency?: number;
  layers?: LayerVersion[];
  /** Sets the function into the isolated subnets, where the database is and the internet is not. */
  inside?: { network: Network; securityGroup: SecurityGroup; secret: ISecret };
};

/** A function of ours with the defaults all of them share. */
export class BundledFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    const { inside } = props;
    super(scope, id, {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(props.bundles, props.name)),
      handler: 'index.handler',
      timeout: props.timeout,
      memorySize: props.memorySize,
      reservedConcurrentExecutions: props.reservedConcurrency,
      layers: props.layers,
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup: new LogGroup(scope, `${id}Logs`, {
        retention: RetentionDays.THREE_MONTHS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      // Executions in flight keep the version they started with, so old versions stay.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      environment: {
        ...props.environment,
        ...(inside && {
          DATABASE_SECRET_ARN: inside.secret.secretArn,
          NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem',
        }),
        NODE_OPTIONS: '--enable-source-maps',
        POWERTOOLS_SERVICE_NAME: 'supplier-import',
        POWERTOOLS_METRICS_NAMESPACE: 'SupplierImport',
      },
      ...(inside && {
        vpc: inside.network.vpc,
        vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
        securityGroups: [inside.securityGroup],
      }),
    });
    inside?.secret.grantRead(this);
  }

  /** Grants `actions` on the bucket's objects under `prefix`, and nothing on the bucket itself. */
  allowObjects(bucket: IBucket, prefix: string, ...actions: string[]): this {
    this.addToRolePolicy(new PolicyStatement({ actions, resources: [bucket.arnForObjects(`${prefix}*`)] }));
    return this;
  }
}
