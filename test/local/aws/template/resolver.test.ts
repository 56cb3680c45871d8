import { describe, expect, it } from 'vitest';
import { createResolver } from '../../../../local/aws/template/resolver.ts';

const resources = {
  Import: { Type: 'AWS::Lambda::Function', Properties: {} },
  Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Import' }, Name: 'live' } },
  Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { 'Fn::GetAtt': ['Import', 'Arn'] } } },
  Uploads: { Type: 'AWS::S3::Bucket', Properties: {} },
  Named: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { 'Fn::Sub': `reports-\${AWS::AccountId}` } } },
  Images: { Type: 'AWS::SQS::Queue', Properties: {} },
  Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { StateMachineName: 'ProductImport' } },
  Secret: { Type: 'AWS::SecretsManager::Secret', Properties: {} },
  Attached: { Type: 'AWS::SecretsManager::SecretTargetAttachment', Properties: { SecretId: { Ref: 'Secret' } } },
  Cdn: { Type: 'AWS::CloudFront::Distribution', Properties: {} },
};

const resolver = createResolver(
  { Resources: resources, Parameters: { Stage: { Default: 'dev' } }, Outputs: {} },
  {
    account: '000000000000',
    region: 'us-east-1',
    queueUrl: (name) => `http://127.0.0.1:1/${name}`,
    valueOf: ({ type, attribute }) =>
      type === 'AWS::CloudFront::Distribution' && attribute === 'DomainName' ? '127.0.0.1:2' : undefined,
  },
);

describe('a resource without a name', () => {
  it('gets the one that nameOf gives', () => {
    const named = createResolver(
      { Resources: resources, Parameters: {}, Outputs: {} },
      {
        account: '000000000000',
        region: 'us-east-1',
        queueUrl: String,
        nameOf: ({ logicalId, type }) => (type === 'AWS::S3::Bucket' ? `My-${logicalId}` : undefined),
      },
    );
    expect(['Uploads', 'Named', 'Images'].map((id) => named.ref(id))).toEqual([
      'my-uploads',
      'reports-000000000000',
      'Images',
    ]);
  });
});

describe('an intrinsic function', () => {
  const lambdaArn = 'arn:aws:lambda:us-east-1:000000000000:function:Import';
  it.each([
    [{ Ref: 'Import' }, 'Import'],
    [{ 'Fn::GetAtt': ['Import', 'Arn'] }, lambdaArn],
    [{ Ref: 'Live' }, `${lambdaArn}:live`],
    [{ Ref: 'Version' }, `${lambdaArn}:1`],
    [{ 'Fn::GetAtt': 'Version.Version' }, '1'],
    [{ Ref: 'Uploads' }, 'uploads'],
    [{ Ref: 'Named' }, 'reports-000000000000'],
    [{ 'Fn::GetAtt': ['Named', 'Arn'] }, 'arn:aws:s3:::reports-000000000000'],
    [{ Ref: 'Images' }, 'http://127.0.0.1:1/Images'],
    [{ 'Fn::GetAtt': ['Images', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:Images'],
    [{ Ref: 'Machine' }, 'arn:aws:states:us-east-1:000000000000:stateMachine:ProductImport'],
    [{ Ref: 'Attached' }, 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Secret'],
    [{ Ref: 'Stage' }, 'dev'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ 'Fn::GetAtt': ['Cdn', 'DomainName'] }, '127.0.0.1:2'],
    [{ 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': ['Cdn', 'DomainName'] }, '/x']] }, 'https://127.0.0.1:2/x'],
    [{ 'Fn::Sub': `\${AWS::Partition}:\${Uploads.Arn}:\${!Literal}` }, `aws:arn:aws:s3:::uploads:\${Literal}`],
    [{ 'Fn::Sub': [`\${Own}/\${Uploads}`, { Own: { Ref: 'Stage' } }] }, 'dev/uploads'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    [{ a: [{ Ref: 'AWS::NoValue' }, 1], b: { Ref: 'AWS::NoValue' } }, { a: [1] }],
    [
      { Ref: 'Uploads', Other: 1 },
      { Ref: 'Uploads', Other: 1 },
    ],
  ])('%j becomes %j', (value, expected) => {
    expect(resolver.resolve(value)).toEqual(expected);
  });

  it.each([
    [{ Ref: 'Missing' }, /no resource Missing/],
    [{ 'Fn::GetAtt': ['Cdn', 'Id'] }, /Fn::GetAtt Cdn\.Id \(AWS::CloudFront::Distribution\) has no value/],
    [{ 'Fn::If': ['a', 'b', 'c'] }, /Fn::If is not supported/],
  ])('%j is refused by name', (value, message) => {
    expect(() => resolver.resolve(value)).toThrow(message);
  });
});
