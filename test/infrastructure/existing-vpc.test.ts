import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../infrastructure/settings/settings.ts';
import { grantsByUser, text, withoutHash } from '../support/grants.ts';
import { synthesizedTemplate } from '../support/template.ts';

const secretKey = 'arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555';
const vpc = {
  vpcId: 'vpc-0123456789abcdef0',
  availabilityZones: ['eu-central-1a', 'eu-central-1b'],
  isolatedSubnetIds: ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'],
  isolatedSubnetRouteTableIds: ['rtb-0123456789abcdef1', 'rtb-0123456789abcdef2'],
};
const instance = {
  instanceIdentifier: 'platform',
  endpointAddress: 'platform.example',
  securityGroupId: 'sg-0123456789abcdef0',
  ownerSecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:owner-AbCdEf',
  applicationSecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:application-AbCdEf',
};

const inVpc = (endpoints?: string[], database: object = {}) =>
  synthesizedTemplate(settingsSchema.parse({ network: { existing: { ...vpc, endpoints } }, database }));

function endpointsOf(template: Template): Map<string, Record<string, unknown>> {
  const found = Object.entries(template.findResources('AWS::EC2::VPCEndpoint'));
  return new Map(found.map(([id, { Properties }]) => [withoutHash(id).replace('Network', ''), Properties]));
}

function variablesOf(template: Template, name: string): Record<string, unknown> {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
  const [, found] = functions.find(([id]) => withoutHash(id) === `Functions${name}`) ?? [];
  return found?.Properties.Environment.Variables;
}

describe('a VPC that is there already', () => {
  it('gets no endpoint that nobody asked for', async () => {
    expect(endpointsOf(await inVpc()).size).toBe(0);
  });

  it.each([
    ['s3', 'S3'],
    ['secretsmanager', 'SecretsManager'],
    ['sqs', 'Sqs'],
  ])('that has the others gets the one of %s', async (service, id) => {
    expect([...endpointsOf(await inVpc([service])).keys()]).toEqual([id]);
  });

  it('keeps the names of services to itself: our functions alone are told of our endpoints', async () => {
    const template = await inVpc(['s3', 'secretsmanager', 'sqs']);
    const endpoints = endpointsOf(template);
    for (const id of ['SecretsManager', 'Sqs'])
      expect(endpoints.get(id), id).toMatchObject({ PrivateDnsEnabled: false });
    const { AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets, AWS_ENDPOINT_URL_SQS: queue } = variablesOf(
      template,
      'SweepImages',
    );
    expect(JSON.stringify(secrets)).toMatch(/"https:\/\/".+NetworkSecretsManager\w+","DnsEntries"/);
    expect(JSON.stringify(queue)).toMatch(/"https:\/\/".+NetworkSqs\w+","DnsEntries"/);
    expect(Object.keys(variablesOf(template, 'ConvertQueued'))).not.toContain('AWS_ENDPOINT_URL_SQS');
  });

  it('lets its neighbours’ traffic through the gateway of S3, whose policy is the whole route table’s', async () => {
    expect(endpointsOf(await inVpc(['s3'])).get('S3')).not.toHaveProperty('PolicyDocument');
  });

  it('has the owner’s password replaced through the endpoint, whose name the rotation is told', async () => {
    const [rotation] = Object.values((await inVpc(['secretsmanager'])).findResources('AWS::Serverless::Application'));
    expect(text(rotation?.Properties.Parameters.endpoint)).toMatch(
      /^https:\/\/NetworkSecretsManager\.secretsmanager\./,
    );
  });
});

describe('secrets that are there already', () => {
  it('are decrypted with their key by the functions that read them, through Secrets Manager alone', async () => {
    const template = await inVpc([], { existing: { ...instance, secretKeyArns: [secretKey] } });
    const decrypts = [...grantsByUser(template)].filter(([, lines]) => lines.includes(`kms:Decrypt on ${secretKey}`));
    const reads = [...grantsByUser(template)].filter(([, lines]) =>
      lines.some((line) => line.startsWith('secretsmanager:GetSecretValue')),
    );
    expect(decrypts.map(([id]) => id)).toEqual(reads.map(([id]) => id));
    const conditions = Object.values(template.findResources('AWS::IAM::Policy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => Action === 'kms:Decrypt')
      .map(({ Condition }) => JSON.stringify(Condition));
    for (const condition of conditions) expect(condition).toContain('"kms:ViaService"');
  });

  it('under Secrets Manager’s own key need no right to it', async () => {
    const template = await inVpc([], { existing: instance });
    expect([...grantsByUser(template).values()].flat().filter((line) => line.startsWith('kms:'))).toEqual([]);
  });
});
