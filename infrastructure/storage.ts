import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Distribution, ViewerProtocolPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

const secured: BucketProps = {
  encryption: BucketEncryption.S3_MANAGED,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  removalPolicy: RemovalPolicy.RETAIN,
};

/** Four buckets and the CDN in front of the images. */
export class Storage extends Construct {
  /** Suppliers' spreadsheets; tells EventBridge of every object. */
  readonly uploads: Bucket;
  /** Files that pass between the states of an import. */
  readonly work: Bucket;
  /** WebP renditions. */
  readonly images: Bucket;
  /** Summaries, problems and rejected rows for operators. */
  readonly reports: Bucket;
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.uploads = new Bucket(this, 'Uploads', {
      ...secured,
      versioned: true,
      lifecycleRules: [
        {
          transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(30) }],
          noncurrentVersionTransitions: [
            { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(30) },
          ],
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    // CDK's own eventBridgeEnabled brings a custom resource with a Lambda; CloudFormation can do it by itself.
    const cfnUploads = this.uploads.node.defaultChild as CfnBucket;
    cfnUploads.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };

    this.work = new Bucket(this, 'Work', {
      ...secured,
      lifecycleRules: [{ expiration: Duration.days(14), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    this.images = new Bucket(this, 'Images', secured);
    this.reports = new Bucket(this, 'Reports', {
      ...secured,
      lifecycleRules: [{ expiration: Duration.days(365), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    this.distribution = new Distribution(this, 'ImagesCdn', {
      comment: 'WebP renditions of supplier images',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.images),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      },
    });
  }
}
