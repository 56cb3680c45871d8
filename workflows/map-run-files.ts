import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { ResultWriterV2, S3JsonLItemReader } from 'aws-cdk-lib/aws-stepfunctions';

/** Where the items of Map Runs are, and where their results go, in the work bucket. */
export const itemsPrefix = 'imports/';
export const resultsPrefix = 'results/';

/** Reads a JSONL file of an import. CDK's own reader asks for the right to the whole bucket. */
export class ImportFileReader extends S3JsonLItemReader {
  override providePolicyStatements(): PolicyStatement[] {
    return [
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [this.bucket.arnForObjects(`${itemsPrefix}*`)] }),
    ];
  }
}

/** Writes the results of a Map Run below `results/`. CDK's own writer asks for the right to the whole bucket. */
export class MapRunResultWriter extends ResultWriterV2 {
  private readonly results: string;

  constructor({ bucket, name }: { bucket: IBucket; name: string }) {
    super({ bucket, prefix: `${resultsPrefix}${name}` });
    this.results = bucket.arnForObjects(`${resultsPrefix}*`);
  }

  /** https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html */
  override providePolicyStatements(): PolicyStatement[] {
    const actions = ['PutObject', 'GetObject', 'ListMultipartUploadParts', 'AbortMultipartUpload'];
    return [new PolicyStatement({ actions: actions.map((action) => `s3:${action}`), resources: [this.results] })];
  }
}
