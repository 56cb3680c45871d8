import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Aws, type Duration, RemovalPolicy, type Size, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  type LayerVersion,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { EnvironmentVariable } from '../../functions/shared/runtime/environment.ts';
import { acknowledge } from '../acknowledge.ts';
import { logGroupProps } from '../log-groups.ts';
import { type EndpointVariable, isolated, type Network } from '../network.ts';

export type BundledFunctionProps = {
  /** Folder of functions/, e.g. `parse-spreadsheet`. */
  name: string;
  /** Folder of all bundles, as `npm run build` leaves it. */
  bundles: string;
  description: string;
  timeout: Duration;
  memorySize: number;
  /** Room under /tmp; 512 MiB where it is not said. */
  temporaryStorage?: Size;
  /** Days for which the log is kept. */
  logDays: number;
  /** AWS_ENDPOINT_URL_* are the SDK's own; the others are read by functions/shared/runtime/environment.ts. */
  environment?: Partial<Record<EnvironmentVariable | EndpointVariable | 'AWS_ENDPOINT_URL_SFN', string>>;
  reservedConcurrency?: number;
  layers?: LayerVersion[];
  /** Sets the function into the isolated subnets, where the database is and the internet is not. */
  inside?: {
    network: Network;
    secret: ISecret;
    /** Keys of the account that its secrets are encrypted with. */
    secretKeyArns: readonly string[];
  };
};

/**
 * What Lambda does in the function's name to give it a place in the VPC; AWS has no narrower form. Inside there is no
 * endpoint of EC2 that the function itself could call.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
const networkInterfaceActions = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** A function of ours with the defaults all of them share, and a role that holds what it is granted and nothing else. */
export class BundledFunction extends LambdaFunction {
  private readonly network: Network | undefined;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    const { inside } = props;
    const bundle = join(props.bundles, props.name);
    if (!existsSync(join(bundle, 'index.mjs')))
      throw new MissingBuildError(`${bundle} is missing: run npm run build first`);
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${props.name}: ${props.description}`,
    });
    const logGroup = new LogGroup(scope, `${id}Logs`, logGroupProps(props.logDays));
    logGroup.grantWrite(role);
    if (inside) role.addToPolicy(new PolicyStatement({ actions: networkInterfaceActions, resources: ['*'] }));
    super(scope, id, {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(bundle),
      handler: 'index.handler',
      role,
      timeout: props.timeout,
      memorySize: props.memorySize,
      ephemeralStorageSize: props.temporaryStorage,
      reservedConcurrentExecutions: props.reservedConcurrency,
      layers: props.layers,
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      // Executions in flight keep the version they started with, so old versions stay.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
      environment: {
        ...props.environment,
        ...(inside && {
          DATABASE_SECRET_ARN: inside.secret.secretArn,
          NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem',
          ...inside.network.endpointUrls.secretsManager,
        }),
        NODE_OPTIONS: '--enable-source-maps',
        // A dimension of all metrics: two stacks in one account do not raise each other's alarms.
        POWERTOOLS_SERVICE_NAME: Stack.of(scope).stackName,
        POWERTOOLS_METRICS_NAMESPACE: 'SupplierImport',
      },
      ...(inside && { vpc: inside.network.vpc, vpcSubnets: isolated, securityGroups: [inside.network.clients] }),
    });
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]': `X-Ray's ${inside ? 'and the network interfaces’ actions take' : 'actions take'} no resource.`,
    });
    this.network = inside?.network;
    if (inside) this.allow([inside.secret.secretArn], 'secretsmanager:GetSecretValue');
    if (inside && inside.secretKeyArns.length > 0) this.allowDecryption(inside.secretKeyArns);
  }

  /** Grants `actions` of one service on `resources`, through the VPC's endpoint of that service where the function is inside. */
  allow(resources: string[], ...actions: string[]): this {
    this.network?.allow(actions, resources);
    this.addToRolePolicy(new PolicyStatement({ actions, resources }));
    return this;
  }

  /** Lets Secrets Manager decrypt in the function's name. */
  private allowDecryption(keyArns: readonly string[]): void {
    this.addToRolePolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [...keyArns],
        conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
      }),
    );
  }

  /** Grants `actions` on the objects whose key matches `pattern`, and nothing on the bucket itself. */
  allowObjects(bucket: Bucket, pattern: string, ...actions: string[]): this {
    this.acknowledgePattern(bucket, pattern);
    return this.allow([bucket.arnForObjects(pattern)], ...actions);
  }

  /** Grants making objects whose key matches `pattern`, and not replacing one that is there. */
  allowNewObjects(bucket: Bucket, pattern: string): this {
    this.acknowledgePattern(bucket, pattern);
    const resources = [bucket.arnForObjects(pattern)];
    const conditions = { Null: { 's3:if-none-match': 'false' } };
    this.addToRolePolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources, conditions }));
    return this;
  }

  /**
   * Has S3 answer 404 rather than 403 for objects below `prefix` that are not there, so that a lost right is told from a
   * missing object. S3 asks for the right to list then; whether the request has a prefix at that point is not documented,
   * hence IfExists.
   */
  allowMissing(bucket: Bucket, prefix: string): this {
    const conditions = { StringLikeIfExists: { 's3:prefix': `${prefix}*` } };
    this.addToRolePolicy(
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn], conditions }),
    );
    return this;
  }

  private acknowledgePattern(bucket: Bucket, pattern: string): void {
    const logicalId = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnBucket);
    acknowledge(this.role ?? this, {
      [`AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${pattern}]`]:
        'Keys begin with a supplier or an import, which are made at run time: the pattern says all that is known before.',
    });
  }
}

/** The message says which command makes what is missing. */
export class MissingBuildError extends Error {
  override name = 'MissingBuild';
}
