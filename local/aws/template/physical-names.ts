import type { Resolver, ResolverOptions, Resource } from './template.ts';

/** What a resource's Ref and its attributes are, by name. */
export type Attributes = Readonly<Record<string, unknown>>;

/**
 * Names and ARNs of a resource on a laptop: the name the template gives it, otherwise the one of `nameOf`, otherwise its
 * logical id, where CloudFormation would make one up with random letters.
 */
export function physicalAttributes(
  logicalId: string,
  { Type, Properties }: Resource,
  resolver: Resolver,
  { account, region, queueUrl, nameOf }: ResolverOptions,
): Attributes {
  const fallback = nameOf?.({ logicalId, type: Type }) ?? logicalId;
  const named = (property: string) => String(resolver.resolve(Properties[property]) ?? fallback);
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  const functionArn = () => functionArnOf(resolver.resolve(Properties.FunctionName), arn);

  switch (Type) {
    case 'AWS::Lambda::Function': {
      const name = named('FunctionName');
      return { Ref: name, Arn: arn('lambda', `function:${name}`) };
    }
    case 'AWS::Lambda::Version':
      return { Ref: `${functionArn()}:1`, FunctionArn: `${functionArn()}:1`, Version: '1' };
    case 'AWS::Lambda::Alias': {
      const alias = `${functionArn()}:${named('Name')}`;
      return { Ref: alias, AliasArn: alias };
    }
    case 'AWS::StepFunctions::StateMachine': {
      const name = named('StateMachineName');
      const machine = arn('states', `stateMachine:${name}`);
      return { Ref: machine, Arn: machine, Name: name };
    }
    case 'AWS::S3::Bucket': {
      const name = String(resolver.resolve(Properties.BucketName) ?? fallback.toLowerCase());
      return {
        Ref: name,
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      };
    }
    case 'AWS::SQS::Queue': {
      const name = named('QueueName');
      return { Ref: queueUrl(name), QueueUrl: queueUrl(name), Arn: arn('sqs', name), QueueName: name };
    }
    case 'AWS::SNS::Topic': {
      const topic = arn('sns', named('TopicName'));
      return { Ref: topic, TopicArn: topic, TopicName: named('TopicName') };
    }
    case 'AWS::SecretsManager::Secret':
      return {
        Ref: arn('secretsmanager', `secret:${named('Name')}`),
        Id: arn('secretsmanager', `secret:${named('Name')}`),
      };
    case 'AWS::SecretsManager::SecretTargetAttachment':
      return { Ref: resolver.resolve(Properties.SecretId) };
    case 'AWS::RDS::DBInstance':
    case 'AWS::RDS::DBCluster':
      return { Ref: logicalId, 'MasterUserSecret.SecretArn': arn('secretsmanager', `secret:rds!${logicalId}`) };
    case 'AWS::Events::EventBus':
      return { Ref: named('Name'), Name: named('Name'), Arn: arn('events', `event-bus/${named('Name')}`) };
    case 'AWS::Events::Rule':
      return { Ref: named('Name'), Arn: arn('events', `rule/${named('Name')}`) };
    case 'AWS::Logs::LogGroup':
      return { Ref: named('LogGroupName'), Arn: arn('logs', `log-group:${named('LogGroupName')}:*`) };
    case 'AWS::IAM::Role':
      return { Ref: named('RoleName'), Arn: `arn:aws:iam::${account}:role/${named('RoleName')}` };
    default:
      return { Ref: logicalId };
  }
}

function functionArnOf(nameOrArn: unknown, arn: (service: string, rest: string) => string): string {
  const name = String(nameOrArn);
  return name.startsWith('arn:') ? name : arn('lambda', `function:${name}`);
}
