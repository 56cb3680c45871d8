import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { synthesizedTemplate } from '../support/template.ts';

let template: Template;
beforeAll(async () => {
  template = await synthesizedTemplate();
});

/** Our functions by the first words of their logical id. */
function functions(): [string, Record<string, unknown>][] {
  return Object.entries(template.findResources('AWS::Lambda::Function'))
    .filter(([id]) => id.startsWith('Functions'))
    .map(([id, { Properties }]) => [id.replace(/^Functions|[0-9A-F]{8}$/g, ''), Properties]);
}

describe('the template', () => {
  it('gives a function the database or the internet, never both', () => {
    const inside = functions().filter(([, properties]) => properties.VpcConfig !== undefined);
    const withSecret = functions().filter(([, { Environment }]) =>
      JSON.stringify(Environment).includes('DATABASE_SECRET_ARN'),
    );
    const names = (list: typeof inside) => list.map(([name]) => name).sort();
    expect(names(inside)).toEqual(names(withSecret));
    expect(names(inside)).toEqual([
      'AdmitWriters',
      'CheckFeed',
      'DeactivateMissing',
      'FailImport',
      'FailUndo',
      'FinishImport',
      'FinishUndo',
      'Migrate',
      'PlanImages',
      'RecordImages',
      'RegisterImport',
      'RegisterUndo',
      'SupplierSettings',
      'SweepImages',
      'TakeImages',
      'UndoChanges',
      'VerifyCatalog',
      'WriteProducts',
    ]);
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::InternetGateway', 0);
  });

  it('reserves the concurrency of every function that the database answers to, which is how many connections there are', () => {
    const unbounded = functions().filter(
      ([name, { VpcConfig, ReservedConcurrentExecutions }]) =>
        VpcConfig !== undefined && name !== 'Migrate' && ReservedConcurrentExecutions === undefined,
    );
    expect(unbounded.map(([name]) => name)).toEqual([]);
  });

  it('starts imports on "Object Created" of the uploads bucket', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['aws.s3'], 'detail-type': ['Object Created'] },
    });
  });

  it('sweeps every two hours', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(2 hours)',
      State: 'ENABLED',
    });
  });

  it('drains the queue at a capped pace, with partial failures and a dead-letter queue', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
    const queues = Object.values(template.findResources('AWS::SQS::Queue'));
    const [queue] = queues.filter(({ Properties }) => Properties.RedrivePolicy !== undefined);
    const consumer = functions().find(([name]) => name === 'ConvertQueued')?.[1];
    expect(queue?.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Number(consumer?.Timeout));
  });

  it('blocks public access to every bucket and refuses plain HTTP', () => {
    const buckets = Object.values(template.findResources('AWS::S3::Bucket'));
    expect(buckets).toHaveLength(5);
    for (const { Properties } of buckets) {
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
    const policies = Object.values(template.findResources('AWS::S3::BucketPolicy'));
    expect(policies).toHaveLength(5);
    for (const policy of policies) expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
  });

  it('migrates the database before the state machines change', () => {
    const [trigger] = Object.keys(template.findResources('Custom::Trigger'));
    const machines = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
    for (const machine of machines) expect(machine.DependsOn).toContain(trigger);
  });
});
