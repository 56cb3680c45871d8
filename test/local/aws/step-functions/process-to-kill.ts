/** Started by persistence.test.ts, which kills it: runs Step Functions on the directory it is given, writing all the time. */
import { S3Client } from '@aws-sdk/client-s3';
import { createStepFunctions } from '../../../../local/aws/step-functions/index.ts';
import { machineArn, single } from '../../../support/step-functions-definitions.ts';

const [, , store = ''] = process.argv;
const loop = {
  StartAt: 'Children',
  States: {
    Children: {
      Type: 'Map',
      ItemsPath: '$.items',
      MaxConcurrency: 5,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        ...single('Wait', { Type: 'Wait', Seconds: 0 }),
      },
      ResultPath: null,
      Next: 'Again?',
    },
    'Again?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.stop', IsPresent: true, Next: 'Never' }],
      Default: 'Children',
    },
    Never: { Type: 'Succeed' },
  },
};
const stepFunctions = await createStepFunctions({
  stateMachines: [{ arn: machineArn('Loop'), name: 'Loop', type: 'STANDARD', definition: loop }],
  invokeFunction: async () => null,
  putEvents: async () => {},
  s3: new S3Client({ region: 'us-east-1' }),
  store,
});
const input = JSON.stringify({ items: Array.from({ length: 50 }, (_, n) => n) });
stepFunctions.startExecution({ stateMachineArn: machineArn('Loop'), name: 'looping', input });
process.stdout.write('started\n');
