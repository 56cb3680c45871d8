import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { grantsByUser, text, withoutHash } from '../support/grants.ts';
import { synthesizedTemplate } from '../support/template.ts';

let template: Template;
let grants: Map<string, string[]>;
beforeAll(async () => {
  template = await synthesizedTemplate();
  grants = grantsByUser(template);
});

const secret = 'secretsmanager:GetSecretValue on DatabaseApplicationSecretAttachment';
const ownerSecret = 'secretsmanager:GetSecretValue on DatabaseInstanceSecretAttachment';
const failures = (queue: string) =>
  ['GetQueueAttributes', 'GetQueueUrl', 'SendMessage'].map((action) => `sqs:${action} on ${queue}`);

/** Everything that a function may do, but for its log, X-Ray and a place in the VPC. */
const table: Record<string, string[]> = {
  Migrate: [secret, ownerSecret],
  StartImport: ['states:StartExecution on WorkflowProductImport', ...failures('WorkflowEventDeadLetterQueue')],
  RegisterImport: [secret],
  SupplierSettings: ['s3:GetObject on StorageWork/imports/*/rows-columns.jsonl', secret],
  ParseSpreadsheet: [
    's3:AbortMultipartUpload on StorageReports/*/columns.xlsx',
    's3:AbortMultipartUpload on StorageReports/*/problems.csv',
    's3:AbortMultipartUpload on StorageReports/*/rejected.xlsx',
    's3:GetObjectVersion on StorageUploads/*',
    's3:PutObject on StorageReports/*/columns.xlsx',
    's3:PutObject on StorageReports/*/problems.csv',
    's3:PutObject on StorageReports/*/rejected.xlsx',
    's3:PutObject on StorageWork/imports/*/rows*',
  ],
  CheckFeed: ['s3:GetObject on StorageWork/imports/*/rows*', secret],
  AdmitWriters: [secret],
  WriteProducts: ['s3:GetObject on StorageWork/imports/*/rows*', 's3:PutObject on StorageWork/changes/*', secret],
  DeactivateMissing: [
    's3:GetObject on StorageWork/imports/*/rows-rejected.jsonl',
    's3:PutObject on StorageWork/changes/*',
    secret,
  ],
  PlanImages: ['s3:PutObject on StorageWork/imports/*/images/*', secret],
  TakeImages: ['s3:PutObject on StorageWork/imports/*/images/*', secret],
  ConvertImage: [
    's3:GetObject on StorageWork/holds/*',
    's3:ListBucket on StorageWork',
    's3:PutObject on StorageImages/*.webp',
    's3:PutObject on StorageWork/holds/*',
  ],
  RecordImages: [secret],
  FinishImport: [
    's3:AbortMultipartUpload on StorageReports/*/changes.csv',
    's3:GetObject on StorageWork/changes/*',
    's3:ListBucket on StorageWork',
    's3:PutObject on StorageReports/*/changes.csv',
    's3:PutObject on StorageReports/*/report.html',
    's3:PutObject on StorageReports/*/summary.json',
    secret,
  ],
  FailImport: [
    's3:AbortMultipartUpload on StorageReports/*/changes.csv',
    's3:GetObject on StorageWork/changes/*',
    's3:ListBucket on StorageWork',
    's3:PutObject on StorageReports/*/changes.csv',
    's3:PutObject on StorageReports/*/report.html',
    's3:PutObject on StorageReports/*/summary.json',
    secret,
    ...failures('WorkflowEventDeadLetterQueue'),
  ],
  SweepImages: [
    's3:DeleteObject on StorageImages/*.webp',
    's3:ListBucket on StorageImages',
    secret,
    'sqs:SendMessage on SweepImageQueue',
  ],
  RegisterUndo: ['s3:ListBucket on StorageWork', 's3:PutObject on StorageWork/imports/*/rows*', secret],
  UndoChanges: ['s3:GetObject on StorageWork/changes/*', 's3:PutObject on StorageWork/changes/*', secret],
  FinishUndo: [
    's3:AbortMultipartUpload on StorageReports/*/changes.csv',
    's3:GetObject on StorageWork/changes/*',
    's3:ListBucket on StorageWork',
    's3:PutObject on StorageReports/*/changes.csv',
    's3:PutObject on StorageReports/*/differences.csv',
    's3:PutObject on StorageReports/*/summary.json',
    secret,
  ],
  FailUndo: [secret, ...failures('WorkflowEventDeadLetterQueue')],
  VerifyCatalog: [secret],
  ConvertQueued: [
    'sqs:DeleteMessage on SweepImageQueue',
    'sqs:GetQueueAttributes on SweepImageQueue',
    'sqs:ReceiveMessage on SweepImageQueue',
    'states:StartSyncExecution on WorkflowConvertImages',
  ],
};

const traces = ['xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'];
const place = [
  'AssignPrivateIpAddresses',
  'CreateNetworkInterface',
  'DeleteNetworkInterface',
  'DescribeNetworkInterfaces',
  'DescribeSubnets',
  'UnassignPrivateIpAddresses',
].map((action) => `ec2:${action} on *`);
const ownLog = (id: string) => ['CreateLogStream', 'PutLogEvents'].map((action) => `logs:${action} on ${id}Logs`);

/** Statements of a function's policy. */
function statementsOf(name: string): { Action: string; Resource: unknown; Condition?: unknown }[] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith(`Functions${name}Role`))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

describe('grants', () => {
  it('are listed here for every function', () => {
    const functions = [...grants.keys()].filter((id) => id.startsWith('Functions'));
    expect(functions.map((id) => id.replace('Functions', '')).sort()).toEqual(Object.keys(table).sort());
  });

  it.each(Object.entries(table))('of %s are these and no others', (name, own) => {
    const id = `Functions${name}`;
    const inside = own.includes(secret) ? place : [];
    expect(grants.get(id)).toEqual([...own, ...ownLog(id), ...traces, ...inside].sort());
  });

  it.each([
    [
      'WorkflowProductImport',
      Object.keys(table).filter(
        (name) => !/^(Migrate|StartImport|SweepImages|ConvertQueued|VerifyCatalog|.*Undo.*)$/.test(name),
      ),
    ],
    ['WorkflowConvertImages', ['ConvertImage', 'RecordImages']],
    ['SweepSweepImages', ['SweepImages']],
    ['UndoUndoImport', ['RegisterUndo', 'UndoChanges', 'FinishUndo', 'FailUndo']],
  ])('of %s let executions in flight call the versions that they started with', (machine, called) => {
    const invokes = grants.get(machine)?.filter((line) => line.startsWith('lambda:') && line.endsWith(':*'));
    expect(invokes).toEqual(called.map((name) => `lambda:InvokeFunction on Functions${name}:*`).sort());
  });

  it('let convert-image, which handles hostile bytes, make images and not replace one that is there', () => {
    const statements = statementsOf('ConvertImage');
    const writes = statements.filter(({ Action, Resource }) => `${Action} ${text(Resource)}`.includes('StorageImages'));
    expect(writes).toMatchObject([{ Action: 's3:PutObject', Condition: { Null: { 's3:if-none-match': 'false' } } }]);
  });

  it('have S3 tell convert-image a host without a hold from a right that was lost', () => {
    expect(statementsOf('ConvertImage').filter(({ Action }) => Action === 's3:ListBucket')).toMatchObject([
      { Condition: { StringLikeIfExists: { 's3:prefix': 'holds/*' } } },
    ]);
  });

  it('of the state machines are what AWS documents for Distributed Maps, events, logs and traces', () => {
    const others = (machine: string) =>
      grants.get(`Workflow${machine}`)?.filter((line) => !/^(lambda|logs|xray):/.test(line));
    const name = 'arn:AWS::Partition:states:AWS::Region:AWS::AccountId:execution:name';
    expect(others('ConvertImages')).toEqual([]);
    expect(others('ProductImport')).toEqual([
      'events:PutEvents on arn:AWS::Partition:events:AWS::Region:AWS::AccountId:event-bus/default',
      's3:AbortMultipartUpload on StorageWork/results/*',
      's3:GetObject on StorageWork/imports/*',
      's3:GetObject on StorageWork/results/*',
      's3:ListMultipartUploadParts on StorageWork/results/*',
      's3:PutObject on StorageWork/results/*',
      `states:DescribeExecution on ${name}:*`,
      `states:RedriveExecution on ${name}/*:*`,
      'states:StartExecution on WorkflowProductImport',
      `states:StopExecution on ${name}:*`,
    ]);
  });

  it('give nobody a whole service, nor a resource of * but where the action takes none', () => {
    const all = [...grants.values()].flat();
    expect(all.filter((line) => /^[\w-]+:\* on /.test(line))).toEqual([]);
    const withoutResource = new Set(all.filter((line) => line.endsWith(' on *')).map((line) => line.split(':')[0]));
    expect([...withoutResource].sort()).toEqual(['ec2', 'logs', 'xray']);
  });

  it('let the rules and the queue reach the live alias of their function, and the schedule its state machine', () => {
    const targets = [
      ...Object.values(template.findResources('AWS::Events::Rule')).flatMap(({ Properties }) =>
        Properties.Targets.map((target: { Arn: { Ref?: string } }) => target.Arn.Ref ?? ''),
      ),
      ...Object.values(template.findResources('AWS::Scheduler::Schedule')).map(
        ({ Properties }) => Properties.Target.Arn.Ref,
      ),
      ...Object.values(template.findResources('AWS::Lambda::EventSourceMapping')).map(
        ({ Properties }) => /"Ref":"(\w+)"/.exec(JSON.stringify(Properties.FunctionName))?.[1],
      ),
    ];
    expect(targets.map((id) => withoutHash(String(id))).sort()).toEqual(
      [
        'SweepConvertQueuedLive',
        'SweepSweepImages',
        'WorkflowFailImportLive',
        'WorkflowStartImportLive',
        'WorkflowStartImportLive',
        'UndoFailUndoLive',
      ].sort(),
    );
  });
});
