import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  Distribution,
  HttpVersion,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Settings } from './settings/settings.ts';

/** Four buckets, the log of who asked them for what, and the CDN in front of the images. */
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
  /** Where the images are read, without a trailing slash. */
  readonly imagesUrl: string;

  constructor(scope: Construct, id: string, { images, retention }: Settings) {
    super(scope, id);
    const secured: BucketProps = {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: retention.keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    };
    const abortIncompleteMultipartUploadAfter = Duration.days(1);
    const expiring = (days: number) => [{ expiration: Duration.days(days), abortIncompleteMultipartUploadAfter }];
    const accessLogs = new Bucket(this, 'AccessLogs', { ...secured, lifecycleRules: expiring(retention.logDays) });
    acknowledge(accessLogs, {
      'AwsSolutions-S1': 'It holds the access logs; a log of their delivery would log itself.',
    });
    const logged = (prefix: string) => ({
      ...secured,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: `${prefix}/`,
    });

    this.uploads = new Bucket(this, 'Uploads', {
      ...logged('uploads'),
      versioned: true,
      lifecycleRules: [
        {
          transitions: [
            {
              storageClass: StorageClass.INFREQUENT_ACCESS,
              transitionAfter: Duration.days(retention.uploadDaysToInfrequentAccess),
            },
          ],
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

    // By prefix, as of two rules for one object S3 applies the shorter.
    const beneath = (prefix: string, days: number) => expiring(days).map((rule) => ({ ...rule, prefix }));
    this.work = new Bucket(this, 'Work', {
      ...logged('work'),
      lifecycleRules: [
        ...['imports/', 'results/', 'holds/'].flatMap((prefix) => beneath(prefix, retention.workDays)),
        ...beneath('changes/', retention.changeDays),
      ],
    });
    this.images = new Bucket(this, 'Images', {
      ...logged('images'),
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter }],
    });
    this.reports = new Bucket(this, 'Reports', {
      ...logged('reports'),
      lifecycleRules: expiring(retention.reportDays),
    });
    this.distribution = this.cdn(images);
    this.imagesUrl = `https://${images.domainName ?? this.distribution.domainName}`;
  }

  private cdn({ domainName, certificateArn }: Settings['images']): Distribution {
    const named = domainName !== null && certificateArn !== null;
    const distribution = new Distribution(this, 'ImagesCdn', {
      comment: 'WebP renditions of supplier images',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.images),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS,
      },
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(named && {
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
        domainNames: [domainName],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      }),
    });
    acknowledge(distribution, {
      'AwsSolutions-CFR1': 'Product images are public everywhere the shop is.',
      'AwsSolutions-CFR2':
        'Nothing runs behind it: GET of public, immutable objects from a bucket that only it can read.',
      'AwsSolutions-CFR3': 'Public images; what misses the cache is in the bucket’s access log.',
      ...(!named && {
        'AwsSolutions-CFR4':
          'The certificate of cloudfront.net fixes the TLS versions: images.domainName and certificateArn bring 1.2.',
      }),
    });
    return distribution;
  }
}
