import type { Template } from 'aws-cdk-lib/assertions';

type Statement = { Effect: string; Action: string | string[]; Resource: unknown; Condition?: unknown };

/** What the role of each function and state machine may do: `action on resource` lines, resources by their construct. */
export function grantsByUser(template: Template): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const type of ['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine']) {
    for (const [id, { Properties }] of Object.entries(template.findResources(type))) {
      const role = roleOf(Properties.Role ?? Properties.RoleArn);
      users.set(withoutHash(id), grantsOf(template, role));
    }
  }
  return users;
}

/** Everything that a role may do, by all the policies that it has. */
export function grantsOf(template: Template, role: string): string[] {
  const policies = Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => JSON.stringify(Properties.Roles ?? []).includes(`"${role}"`))
    .map(({ Properties }) => Properties.PolicyDocument.Statement);
  const { Policies = [], ManagedPolicyArns = [] } = template.findResources('AWS::IAM::Role')[role]?.Properties ?? {};
  const inline = Policies.map(
    (policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement,
  );
  const managed = ManagedPolicyArns.map((arn: unknown) => `managed policy ${text(arn)}`);
  return [...[...policies, ...inline].flat().flatMap(lines), ...managed].sort();
}

function lines({ Effect, Action, Resource }: Statement): string[] {
  const actions = [Action].flat();
  const resources = [Resource].flat().map(text);
  return resources.flatMap((resource) =>
    actions.map((action) => `${Effect === 'Allow' ? '' : 'deny '}${action} on ${resource}`),
  );
}

function roleOf(reference: unknown): string {
  const { 'Fn::GetAtt': attribute } = reference as { 'Fn::GetAtt'?: string[] };
  return attribute?.[0] ?? '';
}

/** `{"Fn::GetAtt": ["StorageWork1A2B3C4D", "Arn"]}` → StorageWork; joins are joined. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const [name, argument] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  if (name === 'Fn::Join' && Array.isArray(argument)) return (argument[1] as unknown[]).map(text).join(argument[0]);
  if (name === 'Ref') return withoutHash(String(argument));
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) return withoutHash(String(argument[0]));
  if (name === 'Fn::Select' && Array.isArray(argument)) return 'name';
  return JSON.stringify(value);
}

/** Logical ids end with eight letters of a hash; those of versions have a second hash. */
export function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9a-f]{32}$/, '').replace(/[0-9A-F]{8}$/, '');
}
