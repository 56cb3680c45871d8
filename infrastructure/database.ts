import { Duration, RemovalPolicies, RemovalPolicy } from 'aws-cdk-lib';
import { CfnSecurityGroup, InstanceType, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  CfnDBParameterGroup,
  CfnDBSubnetGroup,
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  DatabaseSecret,
  type IDatabaseInstance,
  ParameterGroup,
  PerformanceInsightRetention,
  PostgresEngineVersion,
  StorageType,
  SubnetGroup,
} from 'aws-cdk-lib/aws-rds';
import { CfnSecret, CfnSecretTargetAttachment, type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { applicationRole, databaseName, ownerRole } from '../schema/roles.ts';
import { acknowledge } from './acknowledge.ts';
import { isolated, type Network } from './network.ts';
import type { Settings } from './settings/settings.ts';

/** The version of the instance that the stack makes. */
export const postgresMajorVersion = PostgresEngineVersion.VER_18.postgresMajorVersion;

const removalPolicies = {
  keep: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  snapshot: RemovalPolicy.SNAPSHOT,
  delete: RemovalPolicy.DESTROY,
};
const keptWithInstance = [
  CfnDBSubnetGroup,
  CfnDBParameterGroup,
  CfnSecurityGroup,
  CfnSecret,
  CfnSecretTargetAttachment,
].map(({ CFN_RESOURCE_TYPE_NAME }) => CFN_RESOURCE_TYPE_NAME);

/** RDS for PostgreSQL with two secrets: the owner's for migrations, the application's for everything else. */
export class Database extends Construct {
  readonly instance: IDatabaseInstance;
  readonly masterSecret: ISecret;
  readonly applicationSecret: ISecret;

  constructor(scope: Construct, id: string, { network, settings }: { network: Network; settings: Settings }) {
    super(scope, id);
    const { existing } = settings.database;
    if (existing) {
      this.instance = DatabaseInstance.fromDatabaseInstanceAttributes(this, 'Instance', {
        instanceIdentifier: existing.instanceIdentifier,
        instanceEndpointAddress: existing.endpointAddress,
        port: existing.port,
        securityGroups: [SecurityGroup.fromSecurityGroupId(this, 'InstanceGroup', existing.securityGroupId)],
      });
      this.masterSecret = Secret.fromSecretCompleteArn(this, 'OwnerSecret', existing.ownerSecretArn);
      this.applicationSecret = Secret.fromSecretCompleteArn(this, 'ApplicationSecret', existing.applicationSecretArn);
    } else {
      const instance = this.postgres(network, settings);
      if (instance.secret === undefined) throw new Error('The instance has no generated secret');
      this.instance = instance;
      this.masterSecret = instance.secret;
      this.applicationSecret = this.secretOfApplication(instance);
      if (settings.database.whenDestroyed === 'keep') this.keepWhatInstanceNeeds();
    }
    this.instance.connections.allowDefaultPortFrom(network.clients, 'Functions to PostgreSQL');
  }

  private postgres(network: Network, { database }: Settings): DatabaseInstance {
    const engine = DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_18 });
    const instance = new DatabaseInstance(this, 'Instance', {
      engine,
      instanceType: new InstanceType(database.instanceType),
      vpc: network.vpc,
      securityGroups: [
        new SecurityGroup(this, 'InstanceGroup', {
          vpc: network.vpc,
          description: 'The database',
          allowAllOutbound: false,
        }),
      ],
      databaseName,
      credentials: Credentials.fromGeneratedSecret(ownerRole),
      storageType: StorageType.GP3,
      allocatedStorage: database.storageGigabytes,
      maxAllocatedStorage: database.storageGigabytes * 4,
      storageEncrypted: true,
      multiAz: database.multiAz,
      publiclyAccessible: false,
      autoMinorVersionUpgrade: true,
      backupRetention: Duration.days(database.backupDays),
      copyTagsToSnapshot: true,
      deletionProtection: database.deletionProtection,
      removalPolicy: removalPolicies[database.whenDestroyed],
      subnetGroup: new SubnetGroup(this, 'Subnets', {
        vpc: network.vpc,
        vpcSubnets: isolated,
        description: 'Without a way to the internet',
      }),
      enablePerformanceInsights: true,
      performanceInsightRetention: PerformanceInsightRetention.DEFAULT,
      cloudwatchLogsExports: ['postgresql'],
      parameterGroup: new ParameterGroup(this, 'Parameters', {
        engine,
        description: 'TLS only; slow statements are logged',
        parameters: { 'rds.force_ssl': '1', log_min_duration_statement: '1000' },
      }),
    });
    acknowledge(instance, {
      'AwsSolutions-RDS11':
        'Another port than 5432 hides nothing: only the security group of the functions reaches the instance.',
      ...(!database.multiAz && { 'AwsSolutions-RDS3': 'An environment whose settings give up a standby.' }),
      ...(!database.deletionProtection && { 'AwsSolutions-RDS10': 'An environment whose settings let its data go.' }),
    });
    this.rotateOwner(instance, network, database.rotateAfterDays);
    return instance;
  }

  /** A kept instance is of no use without its network, its parameters and the passwords to it. */
  private keepWhatInstanceNeeds(): void {
    RemovalPolicies.of(this).retainOnUpdateOrDelete({ applyToResourceTypes: keptWithInstance });
  }

  /**
   * AWS's rotation function, inside. The password that RDS can manage by itself would come in a secret without the
   * host and the name of the database, which our functions read out of it.
   */
  private rotateOwner(instance: DatabaseInstance, network: Network, days: number): void {
    const secret = instance.secret?.secretArn ?? '';
    instance.addRotationSingleUser({
      automaticallyAfter: Duration.days(days),
      vpcSubnets: isolated,
      securityGroup: network.clients,
      // Where its endpoint has no private DNS, the function has to be told of it.
      ...(network.endpointUrls.secretsManager && { endpoint: network.secretsManager }),
      rotateImmediatelyOnUpdate: false,
    });
    const actions = ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'];
    network.allow(
      actions.map((action) => `secretsmanager:${action}`),
      [secret],
    );
    // It makes a password up and belongs to no secret, so that it has no resource.
    network.allow(['secretsmanager:GetRandomPassword'], ['*']);
  }

  private secretOfApplication(instance: DatabaseInstance): ISecret {
    const secret = new DatabaseSecret(this, 'ApplicationSecret', {
      username: applicationRole,
      masterSecret: this.masterSecret,
    });
    acknowledge(secret, {
      'AwsSolutions-SMG4':
        'Functions keep the password as long as they live: it is replaced together with them, see RUNBOOK.md, "Rotate".',
    });
    return secret.attach(instance);
  }
}
