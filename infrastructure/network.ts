import { Fn, RemovalPolicies } from 'aws-cdk-lib';
import {
  CfnRouteTable,
  CfnSubnet,
  CfnSubnetRouteTableAssociation,
  CfnVPC,
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { logGroupProps } from './log-groups.ts';
import type { Settings } from './settings/settings.ts';

/** Variables with which the SDK is told of an endpoint. */
export type EndpointVariable = 'AWS_ENDPOINT_URL_SECRETS_MANAGER' | 'AWS_ENDPOINT_URL_SQS';

const keptWithDatabase = [CfnVPC, CfnSubnet, CfnRouteTable, CfnSubnetRouteTableAssociation].map(
  ({ CFN_RESOURCE_TYPE_NAME }) => CFN_RESOURCE_TYPE_NAME,
);

/** Where there is no way to the internet. */
export const isolated = { subnetType: SubnetType.PRIVATE_ISOLATED };

/** A VPC without a way to the internet: the database and the functions that talk to it. */
export class Network extends Construct {
  readonly vpc: IVpc;
  /** Of everything inside that opens connections: the functions and the rotation of the owner's password. */
  readonly clients: SecurityGroup;
  /** What has to be there before a function inside reaches the database and its secrets. */
  readonly paths: Construct[];
  /** Where the SDK finds a service whose name leads elsewhere: endpoints in an existing VPC have no private DNS. */
  readonly endpointUrls: {
    secretsManager?: { AWS_ENDPOINT_URL_SECRETS_MANAGER: string };
    sqs?: { AWS_ENDPOINT_URL_SQS: string };
  } = {};
  /** Undefined where an existing VPC has them already. */
  readonly secretsManager: InterfaceVpcEndpoint | undefined;
  private readonly s3: GatewayVpcEndpoint | undefined;
  private readonly sqs: InterfaceVpcEndpoint | undefined;
  private readonly isShared: boolean;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const { network } = settings;
    this.vpc = network.existing ? Vpc.fromVpcAttributes(this, 'Vpc', network.existing) : this.isolatedVpc(settings);
    this.clients = new SecurityGroup(this, 'Clients', {
      vpc: this.vpc,
      description: 'Functions that talk to the database',
      allowAllOutbound: false,
    });
    // Routes lead to S3 and to the endpoints, nowhere else; the id of S3's prefix list cannot be known without an account.
    this.clients.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'S3, Secrets Manager and SQS through endpoints');
    this.paths = [this.clients];
    this.isShared = network.existing !== null;
    const wanted = network.existing?.endpoints ?? ['s3', 'secretsmanager', 'sqs'];
    if (wanted.includes('s3')) {
      this.s3 = new GatewayVpcEndpoint(this, 'S3', {
        vpc: this.vpc,
        service: GatewayVpcEndpointAwsService.S3,
        subnets: [isolated],
      });
    }
    if (wanted.includes('secretsmanager')) {
      this.secretsManager = this.interfaceEndpoint('SecretsManager', InterfaceVpcEndpointAwsService.SECRETS_MANAGER);
      this.paths.push(this.secretsManager);
      if (this.isShared) {
        this.endpointUrls.secretsManager = { AWS_ENDPOINT_URL_SECRETS_MANAGER: urlOf(this.secretsManager) };
      }
    }
    if (wanted.includes('sqs')) {
      this.sqs = this.interfaceEndpoint('Sqs', InterfaceVpcEndpointAwsService.SQS);
      if (this.isShared) this.endpointUrls.sqs = { AWS_ENDPOINT_URL_SQS: urlOf(this.sqs) };
    }
  }

  /**
   * Lets `actions` of one service on `resources` through its endpoint, whose policy allows nothing else. But for S3's in an
   * existing VPC: all that its route tables lead to S3 passes through it, the neighbours' requests too.
   */
  allow(actions: string[], resources: string[]): void {
    const [service = ''] = actions[0]?.split(':') ?? [];
    const endpoints: Record<string, GatewayVpcEndpoint | InterfaceVpcEndpoint | undefined> = {
      s3: this.s3,
      secretsmanager: this.secretsManager,
      sqs: this.sqs,
    };
    if (!(service in endpoints)) throw new Error(`The VPC has no endpoint of ${service}: ${actions.join(', ')}`);
    if (service === 's3' && this.isShared) return;
    endpoints[service]?.addToPolicy(new PolicyStatement({ principals: [new AnyPrincipal()], actions, resources }));
  }

  private isolatedVpc({ retention, database }: Settings): Vpc {
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'isolated', ...isolated, cidrMask: 24 }],
    });
    if (database.whenDestroyed === 'keep') {
      // What a kept database is in; none of it costs anything.
      RemovalPolicies.of(vpc).retainOnUpdateOrDelete({ applyToResourceTypes: keptWithDatabase });
    }
    // What was refused: in a network without a way out, any line is worth a look.
    vpc.addFlowLog('Refused', {
      trafficType: FlowLogTrafficType.REJECT,
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'FlowLogs', logGroupProps(retention.logDays)),
      ),
    });
    return vpc;
  }

  private interfaceEndpoint(id: string, service: InterfaceVpcEndpointAwsService): InterfaceVpcEndpoint {
    const securityGroup = new SecurityGroup(this, `${id}Endpoint`, {
      vpc: this.vpc,
      description: `The endpoint of ${service.shortName}`,
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(this.clients, Port.tcp(443), 'Functions that talk to the database');
    const endpoint = new InterfaceVpcEndpoint(this, id, {
      vpc: this.vpc,
      service,
      subnets: isolated,
      securityGroups: [securityGroup],
      open: false,
      // Private DNS is the whole VPC's: its other workloads would be sent here, and refused.
      privateDnsEnabled: !this.isShared,
    });
    this.paths.push(securityGroup);
    return endpoint;
  }
}

/** The endpoint's own name: the first of its entries `zone:name`, which is answered in every zone. */
function urlOf(endpoint: InterfaceVpcEndpoint): string {
  const name = Fn.select(1, Fn.split(':', Fn.select(0, endpoint.vpcEndpointDnsEntries)));
  return `https://${name}`;
}
