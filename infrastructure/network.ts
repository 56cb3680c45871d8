import {
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

/** Where there is no way to the internet. */
export const isolated = { subnetType: SubnetType.PRIVATE_ISOLATED };

/** A VPC without a way to the internet: the database and the functions that talk to it. */
export class Network extends Construct {
  readonly vpc: IVpc;
  /** Of everything inside that opens connections: the functions and the rotation of the owner's password. */
  readonly clients: SecurityGroup;
  /** What has to be there before a function inside reaches the database and its secrets. */
  readonly paths: Construct[];
  /** Undefined where an existing VPC has them already. */
  private readonly secretsManager: InterfaceVpcEndpoint | undefined;
  private readonly s3: GatewayVpcEndpoint | undefined;
  private readonly sqs: InterfaceVpcEndpoint | undefined;

  constructor(scope: Construct, id: string, { network, retention }: Settings) {
    super(scope, id);
    this.vpc = network.existing
      ? Vpc.fromVpcAttributes(this, 'Vpc', network.existing)
      : this.isolatedVpc(retention.logDays);
    this.clients = new SecurityGroup(this, 'Clients', {
      vpc: this.vpc,
      description: 'Functions that talk to the database',
      allowAllOutbound: false,
    });
    // Routes lead to S3 and to the endpoints, nowhere else; the id of S3's prefix list cannot be known without an account.
    this.clients.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'S3, Secrets Manager and SQS through endpoints');
    this.paths = [this.clients];
    if (network.existing?.createEndpoints === false) return;
    this.s3 = new GatewayVpcEndpoint(this, 'S3', {
      vpc: this.vpc,
      service: GatewayVpcEndpointAwsService.S3,
      subnets: [isolated],
    });
    this.secretsManager = this.interfaceEndpoint('SecretsManager', InterfaceVpcEndpointAwsService.SECRETS_MANAGER);
    this.paths.push(this.secretsManager);
    this.sqs = this.interfaceEndpoint('Sqs', InterfaceVpcEndpointAwsService.SQS);
  }

  /** Lets `actions` of one service on `resources` through its endpoint, whose policy allows nothing else. */
  allow(actions: string[], resources: string[]): void {
    const [service = ''] = actions[0]?.split(':') ?? [];
    const endpoints: Record<string, GatewayVpcEndpoint | InterfaceVpcEndpoint | undefined> = {
      s3: this.s3,
      secretsmanager: this.secretsManager,
      sqs: this.sqs,
    };
    if (!(service in endpoints)) throw new Error(`The VPC has no endpoint of ${service}: ${actions.join(', ')}`);
    endpoints[service]?.addToPolicy(new PolicyStatement({ principals: [new AnyPrincipal()], actions, resources }));
  }

  private isolatedVpc(logDays: number): Vpc {
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'isolated', ...isolated, cidrMask: 24 }],
    });
    // What was refused: in a network without a way out, any line is worth a look.
    vpc.addFlowLog('Refused', {
      trafficType: FlowLogTrafficType.REJECT,
      destination: FlowLogDestination.toCloudWatchLogs(new LogGroup(this, 'FlowLogs', logGroupProps(logDays))),
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
    });
    this.paths.push(securityGroup);
    return endpoint;
  }
}
