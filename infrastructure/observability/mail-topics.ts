import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { EventField, type IRuleTarget, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

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
      }),
    );
  }

  /** The topic that alarms go to, and to `email` where there is one. */
  addAlarmTopic(email: string | null): Topic {
    const topic = this.addTopic('Alarms', 'supplier-import alarms', email);
    // A topic with a policy of its own has lost the default one, which let alarms of the account in.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    return topic;
  }

  /** The target of a rule on the event `Import finished`: a mail to `email` that a person can read. */
  addImportTarget(email: string, reportsBucket: string): IRuleTarget {
    const topic = this.addTopic('Imports', 'supplier-import', email);
    return new SnsTopic(topic, { message: importMail(reportsBucket) });
  }

  private addTopic(id: string, displayName: string, email: string | null): Topic {
    const topic = new Topic(this, id, { displayName, masterKey: this.key, enforceSSL: true });
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
      `Report: s3://${reportsBucket}/${detail('reports.summary')}`,
      `Error: ${detail('error.message')}`,
    ].join(' | '),
  );
}
