import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../infrastructure/settings/settings.ts';
import { withoutHash } from '../support/grants.ts';
import { synthesizedTemplate } from '../support/template.ts';

type Resource = { Type: string; DeletionPolicy?: string; UpdateReplacePolicy?: string; Properties?: unknown };
let template: Template;
let resources: Record<string, Resource>;
beforeAll(async () => {
  template = await synthesizedTemplate();
  resources = template.toJSON().Resources;
});

const whenDestroyed = (value: Settings['database']['whenDestroyed']) =>
  synthesizedTemplate({ ...defaultSettings, database: { ...defaultSettings.database, whenDestroyed: value } });

/** Everything that a resource names by reference, at any depth. */
function namedBy(id: string, found = new Set<string>()): Set<string> {
  const text = JSON.stringify(resources[id]?.Properties ?? {});
  for (const [, name = ''] of text.matchAll(/"(?:Ref":|Fn::GetAtt":\[)"(\w+)"/g)) {
    if (found.has(name) || resources[name] === undefined) continue;
    found.add(name);
    namedBy(name, found);
  }
  return found;
}

describe('a first deployment that fails', () => {
  it('leaves nothing: whatever is kept later is deleted with a failed creation', () => {
    const kept = Object.values(resources).filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain'));
    expect(kept.length).toBeGreaterThan(20);
    for (const { Type, DeletionPolicy } of kept) expect(DeletionPolicy, Type).toBe('RetainExceptOnCreate');
  });
});

describe('a stack that is destroyed', () => {
  it('keeps all that its database names: the network, the parameters, the secrets', () => {
    const [instance = ''] = Object.keys(template.findResources('AWS::RDS::DBInstance'));
    const needed = [...namedBy(instance)];
    const types = new Set(needed.map((id) => resources[id]?.Type));
    for (const type of ['VPC', 'Subnet', 'SecurityGroup']) expect(types).toContain(`AWS::EC2::${type}`);
    for (const type of ['DBSubnetGroup', 'DBParameterGroup']) expect(types).toContain(`AWS::RDS::${type}`);
    for (const id of needed) expect(resources[id]?.DeletionPolicy, id).toBe('RetainExceptOnCreate');
    for (const type of ['AWS::SecretsManager::Secret', 'AWS::SecretsManager::SecretTargetAttachment']) {
      template.allResources(type, { DeletionPolicy: 'RetainExceptOnCreate' });
    }
  });

  it('keeps the routes that a new stack gives its gateway of S3', () => {
    for (const type of ['RouteTable', 'SubnetRouteTableAssociation']) {
      template.allResources(`AWS::EC2::${type}`, { DeletionPolicy: 'RetainExceptOnCreate' });
    }
  });

  it('keeps nothing that is paid by the hour but the database', () => {
    const kept = Object.values(resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'RetainExceptOnCreate');
    const types = new Set(kept.map(({ Type }) => Type));
    for (const type of ['AWS::EC2::VPCEndpoint', 'AWS::KMS::Key', 'AWS::Logs::LogGroup'])
      expect(types).not.toContain(type);
  });

  it.each([
    ['snapshot', 'Snapshot'],
    ['delete', 'Delete'],
  ] as const)(
    'deletes its database where that is asked for (%s), and what it needed with it',
    async (asked, policy) => {
      const changed = await whenDestroyed(asked);
      changed.allResources('AWS::RDS::DBInstance', { DeletionPolicy: policy });
      for (const type of ['AWS::RDS::DBSubnetGroup', 'AWS::EC2::VPC', 'AWS::SecretsManager::Secret']) {
        for (const { DeletionPolicy = 'Delete' } of Object.values(changed.findResources(type))) {
          expect(DeletionPolicy, type).toBe('Delete');
        }
      }
    },
  );

  it('can be made again: no name is given that what is left may have', () => {
    const names =
      /^(BucketName|DBInstanceIdentifier|DBSubnetGroupName|DBParameterGroupName|FunctionName|GroupName|LogGroupName|Name|QueueName|RoleName|RuleName|StateMachineName|TopicName|AlarmName|DashboardName|LayerName|PolicyName)$/;
    const ofItsOwn = new Set(['AWS::Lambda::Alias', 'AWS::IAM::Policy', 'AWS::Lambda::EventSourceMapping']);
    for (const [id, { Type, Properties = {} }] of Object.entries(resources)) {
      if (ofItsOwn.has(Type)) continue;
      for (const [property, value] of Object.entries(Properties as Record<string, unknown>)) {
        if (!names.test(property)) continue;
        // A reference, or a name with the stack's own id in it.
        if (typeof value === 'string' || JSON.stringify(value).includes('Fn::Join')) {
          expect(JSON.stringify(value), `${withoutHash(id)}.${property}`).toContain('AWS::StackId');
        }
      }
    }
  });

  it('writes the state machines’ logs where they take no room in the Region’s resource policy', () => {
    const groups = Object.entries(resources).filter(
      ([id, { Type }]) => Type === 'AWS::Logs::LogGroup' && id.startsWith('Workflow'),
    );
    expect(groups).toHaveLength(2);
    for (const [id, { Properties }] of groups)
      expect(JSON.stringify(Properties), id).toContain('"/aws/vendedlogs/states/');
  });
});
