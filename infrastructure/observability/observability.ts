import { Rule } from 'aws-cdk-lib/aws-events';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { importFinishedEvent } from '../../workflows/product-import.ts';
import { Alarms } from './alarms.ts';
import { createDashboard } from './dashboard.ts';
import { MailTopics } from './mail-topics.ts';
import type { ObservedParts } from './observed-parts.ts';

/** What people see of the system: a dashboard, alarms for what needs a person, and mails for who asked for them. */
export class Observability extends Construct {
  /** Alarms are published here; a pager subscribes to it. */
  readonly alarmTopic: ITopic;

  constructor(scope: Construct, id: string, parts: ObservedParts) {
    super(scope, id);
    const { alarmEmail, importEmail } = parts.settings.observability;
    const topics = new MailTopics(this, 'Mail');
    this.alarmTopic = topics.addAlarmTopic(alarmEmail);
    const alarms = new Alarms(this, 'Alarms', { ...parts, topic: this.alarmTopic });
    createDashboard(this, parts, alarms.all);
    if (importEmail !== null) {
      new Rule(this, 'ImportFinished', {
        description: 'Mails every finished import to its operators',
        eventPattern: { source: [importFinishedEvent.source], detailType: [importFinishedEvent.detailType] },
        targets: [topics.addImportTarget(importEmail, parts.storage.reports.bucketName)],
      });
    }
  }
}
