import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { EventField, type IRuleTarget, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

/** Of another account nobody gets in through a service that both use. */
const fromThisAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };

/** What publishes to the topics. */
const publishers = ['cloudwatch.amazonaws.com', 'events.amazonaws.com'];

/** Topics for people, encrypted and TLS-only. */
export class MailTopics extends Construct {
  private readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // Alarms cannot use SNS's own key, whose policy nobody can change.
    // https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
    this.key = new Key(this, 'Key', {
      description: 'Alarms and reports of imports on their way through SNS',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: publishers.map((service) => new ServicePrincipal(service)),
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: fromThisAccount,
      }),
    );
  }

  /** The topic that alarms go to, and to `email` where there is one. */
  addAlarmTopic(email: string | null): Topic {
    // A topic with a policy of its own has lost the default one, which let alarms of the account in.
    return this.addTopic('Alarms', {
      displayName: 'supplier-import alarms',
      email,
      publisher: 'cloudwatch.amazonaws.com',
    });
  }

  /** The target of a rule on the event `Import finished`: a mail to `email` that a person can read. */
  addImportTarget(email: string, reportsBucket: string): IRuleTarget {
    const topic = this.addTopic('Imports', {
      displayName: 'supplier-import',
      email,
      publisher: 'events.amazonaws.com',
    });
    // By its ARN alone: CDK would open topic and key to rules of any account.
    const named = Topic.fromTopicArn(this, 'ImportsByArn', topic.topicArn);
    return new SnsTopic(named, { message: importMail(reportsBucket) });
  }

  private addTopic(
    id: string,
    { displayName, email, publisher }: { displayName: string; email: string | null; publisher: string },
  ): Topic {
    const topic = new Topic(this, id, { displayName, masterKey: this.key, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(publisher)],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: fromThisAccount,
      }),
    );
    if (email !== null) topic.addSubscription(new EmailSubscription(email));
    return topic;
  }
}

/** The summary in one line: an input transformer knows no conditions, and its line breaks end up as quotes in the mail. */
function importMail(reportsBucket: string): RuleTargetInput {
  const detail = (path: string) => EventField.fromPath(`$.detail.${path}`);
  return RuleTargetInput.fromText(
    [
      `${detail('supplier')}: ${detail('file')} is ${detail('status')}`,
      `Rows: ${detail('rows.read')} read, ${detail('rows.rejected')} rejected`,
      `Products: ${detail('products.created')} created, ${detail('products.updated')} updated, ${detail('products.unchanged')} unchanged, ${detail('products.deactivated')} deactivated`,
      `Images: ${detail('images.converted')} converted, ${detail('images.failed')} failed, ${detail('images.waiting')} waiting`,
      `Report: s3://${reportsBucket}/${detail('reports.report')}`,
      `Error: ${detail('error.message')}`,
    ].join(' | '),
  );
}
