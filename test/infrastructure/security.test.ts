import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { text, withoutHash } from '../support/grants.ts';
import { synthesizedTemplate } from '../support/template.ts';

let template: Template;
beforeAll(async () => {
  template = await synthesizedTemplate();
});

/** A number, or the construct whose attribute it is. */
function portText(port: unknown): string {
  return typeof port === 'number' ? String(port) : text(port);
}

/** Properties by logical id, without its hash. */
function resources(type: string): Map<string, Record<string, unknown>> {
  const found = Object.entries(template.findResources(type));
  return new Map(found.map(([id, { Properties }]) => [withoutHash(id), Properties]));
}

describe('data at rest', () => {
  it('is encrypted in every bucket, queue and topic and in the database', () => {
    const encrypted = {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    };
    for (const bucket of resources('AWS::S3::Bucket').values()) expect(bucket.BucketEncryption).toEqual(encrypted);
    for (const queue of resources('AWS::SQS::Queue').values()) expect(queue.SqsManagedSseEnabled).toBe(true);
    for (const topic of resources('AWS::SNS::Topic').values()) expect(topic.KmsMasterKeyId).toBeDefined();
    template.allResourcesProperties('AWS::RDS::DBInstance', { StorageEncrypted: true });
  });

  it('is kept when the stack goes', () => {
    for (const type of ['AWS::S3::Bucket', 'AWS::RDS::DBInstance']) {
      template.allResources(type, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    }
  });

  it('expires as the settings say, and uploads move to cheaper storage', () => {
    const rules = (id: string) => {
      const { Rules = [] } = (resources('AWS::S3::Bucket').get(id)?.LifecycleConfiguration ?? {}) as {
        Rules?: unknown[];
      };
      return Rules;
    };
    expect(rules('StorageWork')).toMatchObject([
      { Prefix: 'imports/', ExpirationInDays: 14 },
      { Prefix: 'results/', ExpirationInDays: 14 },
      { Prefix: 'holds/', ExpirationInDays: 14 },
      { Prefix: 'changes/', ExpirationInDays: 90 },
    ]);
    expect(rules('StorageReports')).toMatchObject([{ ExpirationInDays: 365 }]);
    expect(rules('StorageUploads')).toMatchObject([
      {
        Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 30 }],
        NoncurrentVersionTransitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 30 }],
      },
    ]);
    for (const id of ['StorageUploads', 'StorageImages']) {
      expect(rules(id)).not.toContainEqual(expect.objectContaining({ ExpirationInDays: expect.anything() }));
    }
  });

  it('is logged when it is read, and every log has an end', () => {
    const logs = { Ref: expect.stringMatching(/^StorageAccessLogs/) };
    for (const [id, bucket] of resources('AWS::S3::Bucket')) {
      if (id === 'StorageAccessLogs') continue;
      expect(bucket.LoggingConfiguration, id).toMatchObject({ DestinationBucketName: logs });
    }
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });
});

describe('data on its way', () => {
  it('goes to the database over TLS only', () => {
    template.hasResourceProperties('AWS::RDS::DBParameterGroup', {
      Family: 'postgres18',
      Parameters: Match.objectLike({ 'rds.force_ssl': '1' }),
    });
  });

  it('goes to queues and buckets over TLS only', () => {
    for (const [queues, policies] of [
      [template.findResources('AWS::SQS::Queue'), template.findResources('AWS::SQS::QueuePolicy')],
      [template.findResources('AWS::S3::Bucket'), template.findResources('AWS::S3::BucketPolicy')],
    ] as const) {
      for (const id of Object.keys(queues)) {
        const own = Object.values(policies).filter((policy) => JSON.stringify(policy).includes(`"${id}"`));
        const refusal = { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
        const statements = own.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
        expect(statements, id).toContainEqual(expect.objectContaining(refusal));
      }
    }
  });

  it('is shown by CloudFront alone, over HTTPS, with security headers', () => {
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        DefaultCacheBehavior: Match.objectLike({
          ViewerProtocolPolicy: 'redirect-to-https',
          // AWS's own policy "SecurityHeadersPolicy".
          ResponseHeadersPolicyId: '67f7725c-6f97-4210-82d7-5512b31e9d03',
        }),
        Origins: [Match.objectLike({ OriginAccessControlId: Match.anyValue() })],
      }),
    });
  });
});

describe('the network', () => {
  it('has no way in or out but to S3, Secrets Manager and SQS', () => {
    for (const type of ['InternetGateway', 'NatGateway', 'VPCGatewayAttachment', 'EgressOnlyInternetGateway']) {
      template.resourceCountIs(`AWS::EC2::${type}`, 0);
    }
    template.resourceCountIs('AWS::EC2::Route', 0);
    const services = [...resources('AWS::EC2::VPCEndpoint').values()].map(({ ServiceName }) => text(ServiceName));
    expect(services.map((name) => name.split('.').at(-1)).sort()).toEqual(['s3', 'secretsmanager', 'sqs']);
  });

  it('lets through its endpoints what the functions inside do, and no more', () => {
    type Policy = { Statement: { Action: string | string[]; Resource: unknown }[] };
    const allowed = (id: string) => {
      const { PolicyDocument } = resources('AWS::EC2::VPCEndpoint').get(id) ?? {};
      const lines = (PolicyDocument as Policy).Statement.flatMap(({ Action, Resource }) =>
        [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} on ${text(resource)}`)),
      );
      return [...new Set(lines)].sort();
    };
    expect(allowed('NetworkS3')).toEqual([
      's3:AbortMultipartUpload on StorageReports/*/changes.csv',
      's3:DeleteObject on StorageImages/*.webp',
      's3:GetObject on StorageWork/changes/*',
      's3:GetObject on StorageWork/imports/*/rows*',
      's3:GetObject on StorageWork/imports/*/rows-columns.jsonl',
      's3:GetObject on StorageWork/imports/*/rows-rejected.jsonl',
      's3:ListBucket on StorageImages',
      's3:ListBucket on StorageWork',
      's3:PutObject on StorageReports/*/changes.csv',
      's3:PutObject on StorageReports/*/differences.csv',
      's3:PutObject on StorageReports/*/report.html',
      's3:PutObject on StorageReports/*/summary.json',
      's3:PutObject on StorageWork/changes/*',
      's3:PutObject on StorageWork/imports/*/images/*',
      's3:PutObject on StorageWork/imports/*/rows*',
    ]);
    expect(allowed('NetworkSqs')).toEqual(['sqs:SendMessage on SweepImageQueue']);
    expect(allowed('NetworkSecretsManager')).toEqual([
      'secretsmanager:DescribeSecret on DatabaseInstanceSecretAttachment',
      'secretsmanager:GetRandomPassword on *',
      'secretsmanager:GetSecretValue on DatabaseApplicationSecretAttachment',
      'secretsmanager:GetSecretValue on DatabaseInstanceSecretAttachment',
      'secretsmanager:PutSecretValue on DatabaseInstanceSecretAttachment',
      'secretsmanager:UpdateSecretVersionStage on DatabaseInstanceSecretAttachment',
    ]);
  });

  it('opens the database to the functions and the rotation, and nothing to addresses', () => {
    const ingress = [...resources('AWS::EC2::SecurityGroupIngress').values()];
    const rules = ingress.map(({ GroupId, SourceSecurityGroupId, FromPort, ToPort }) => ({
      from: text(SourceSecurityGroupId),
      to: text(GroupId),
      ports: `${portText(FromPort)}-${portText(ToPort)}`,
    }));
    expect(rules).toEqual(
      [
        { from: 'NetworkClients', to: 'NetworkSecretsManagerEndpoint', ports: '443-443' },
        { from: 'NetworkClients', to: 'NetworkSqsEndpoint', ports: '443-443' },
        { from: 'NetworkClients', to: 'DatabaseInstanceGroup', ports: 'DatabaseInstance-DatabaseInstance' },
      ].map((rule) => expect.objectContaining(rule)),
    );
    for (const group of resources('AWS::EC2::SecurityGroup').values())
      expect(group.SecurityGroupIngress).toBeUndefined();
  });
});

describe('the database', () => {
  it('is PostgreSQL 18 on Graviton with more IOPS than the predecessor bought, standby, backups and insight', () => {
    template.hasResourceProperties('AWS::RDS::DBInstance', {
      Engine: 'postgres',
      EngineVersion: Match.stringLikeRegexp('^18'),
      DBInstanceClass: 'db.m8g.large',
      StorageType: 'gp3',
      AllocatedStorage: '400',
      MultiAZ: true,
      DeletionProtection: true,
      BackupRetentionPeriod: 14,
      EnablePerformanceInsights: true,
      PubliclyAccessible: false,
    });
  });

  it('has its owner’s password replaced by a function inside', () => {
    template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      RotationRules: { ScheduleExpression: 'rate(30 days)' },
    });
    const [rotation] = resources('AWS::Serverless::Application').values();
    expect(rotation?.Parameters).toMatchObject({
      vpcSubnetIds: expect.anything(),
      vpcSecurityGroupIds: { 'Fn::GetAtt': [expect.stringMatching(/^NetworkClients/), 'GroupId'] },
    });
  });
});

describe('what a laptop needs', () => {
  it('is not in the template', () => {
    const json = JSON.stringify(template.toJSON());
    for (const local of ['127.0.0.1', 'localhost', '::1', '000000000000', 'DATABASE_URL']) {
      expect(json).not.toContain(local);
    }
  });

  it('is not in the environment of a function', () => {
    for (const [id, { Environment }] of resources('AWS::Lambda::Function')) {
      const { Variables = {} } = (Environment ?? {}) as { Variables?: Record<string, unknown> };
      const endpoints = Object.keys(Variables).filter((name) => name.startsWith('AWS_ENDPOINT'));
      expect(endpoints, id).toEqual(id === 'FunctionsConvertQueued' ? ['AWS_ENDPOINT_URL_SFN'] : []);
      if (id === 'FunctionsConvertImage') expect(Variables.ALLOWED_IMAGE_HOSTS).toBe('');
      else expect(Variables).not.toHaveProperty('ALLOWED_IMAGE_HOSTS');
    }
  });
});
