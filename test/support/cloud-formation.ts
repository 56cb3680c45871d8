import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type CloudFormation = {
  url: string;
  /** Parameters of the requests so far. */
  requests: URLSearchParams[];
  close(): Promise<void>;
};

type Answer = { status: number; xml: string };

const xmlNamespace = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

/** Answers DescribeStacks on loopback as CloudFormation does: parameters as a form, XML back. */
export async function startCloudFormation(answer: (stackName: string) => Answer): Promise<CloudFormation> {
  const requests: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    requests.push(form);
    const { status, xml } = answer(form.get('StackName') ?? '');
    response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
export function describedStack(stackName: string, outputs: Record<string, string>): Answer {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const stack = `<StackName>${stackName}</StackName><StackStatus>CREATE_COMPLETE</StackStatus>
    <StackId>arn:aws:cloudformation:us-east-1:000000000000:stack/${stackName}/c1</StackId>
    <CreationTime>2026-11-20T08:00:00.000Z</CreationTime><Outputs>${members.join('')}</Outputs>`;
  return {
    status: 200,
    xml: `<DescribeStacksResponse xmlns="${xmlNamespace}"><DescribeStacksResult><Stacks><member>${stack}</member></Stacks></DescribeStacksResult>
      <ResponseMetadata><RequestId>r1</RequestId></ResponseMetadata></DescribeStacksResponse>`,
  };
}

export function refusal(code: string, message: string, status = 400): Answer {
  return {
    status,
    xml: `<ErrorResponse xmlns="${xmlNamespace}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r1</RequestId></ErrorResponse>`,
  };
}
