import type { AlarmProps, IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** An alarm, its sentence for the mail, and the heading of its entry in RUNBOOK.md. */
export type AlarmDefinition = Partial<AlarmProps> & {
  metric: IMetric;
  threshold: number;
  says: string;
  runbook: string;
};
