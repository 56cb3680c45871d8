import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { InstanceType, type IVpc, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  DatabaseSecret,
  ParameterGroup,
  PerformanceInsightRetention,
  PostgresEngineVersion,
  StorageType,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

export const databaseName = 'supplier_import';
/** Owns the schema; used by migrate alone. */
export const ownerRole = 'supplier_import_owner';
/** What every other function connects as. */
export const applicationRole = 'supplier_import_application';

/** RDS for PostgreSQL with two secrets: the master's for migrations, the application's for everything else. */
export class Database extends Construct {
  readonly instance: DatabaseInstance;
  readonly masterSecret: ISecret;
  readonly applicationSecret: ISecret;

  constructor(scope: Construct, id: string, props: { vpc: IVpc; settings: Settings['database'] }) {
    super(scope, id);
    const { vpc, settings } = props;
    const engine = DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_18_3 });
    this.instance = new DatabaseInstance(this, 'Instance', {
      engine,
      instanceType: new InstanceType(settings.instanceType),
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      databaseName,
      credentials: Credentials.fromGeneratedSecret(ownerRole),
      storageType: StorageType.GP3,
      allocatedStorage: settings.storageGigabytes,
      maxAllocatedStorage: settings.storageGigabytes * 4,
      storageEncrypted: true,
      multiAz: settings.multiAz,
      publiclyAccessible: false,
      iamAuthentication: true,
      autoMinorVersionUpgrade: true,
      backupRetention: Duration.days(settings.backupDays),
      copyTagsToSnapshot: true,
      deletionProtection: settings.deletionProtection,
      removalPolicy: RemovalPolicy.RETAIN,
      enablePerformanceInsights: true,
      performanceInsightRetention: PerformanceInsightRetention.DEFAULT,
      cloudwatchLogsExports: ['postgresql'],
      parameterGroup: new ParameterGroup(this, 'Parameters', { engine, parameters: { 'rds.force_ssl': '1' } }),
    });
    if (this.instance.secret === undefined) throw new Error('The instance has no generated secret');
    this.masterSecret = this.instance.secret;
    this.applicationSecret = new DatabaseSecret(this, 'ApplicationSecret', {
      username: applicationRole,
      masterSecret: this.masterSecret,
    }).attach(this.instance);
  }
}
