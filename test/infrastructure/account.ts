import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** What an account answers, for the actions that a deployment asks for before it makes anything. */
export type Account = {
  /** Status and body, by the action of STS, CloudFormation and RDS. */
  answers: Record<string, [status: number, xml: string]>;
  /** Stacks by name: their status, and whether they are protected. */
  stacks: Record<string, { status: string; isProtected?: boolean }>;
  /** Lambda's quota in the Region, and what no function has reserved. */
  executions: { quota: number; unreserved: number };
  /** Classes that RDS offers for PostgreSQL 18 on gp3, without the `db.` */
  classes: string[];
};

export const awsError = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

/** An account with all that production needs, and no stack of ours. */
export function anAccount(): Account {
  return {
    answers: {
      GetCallerIdentity: [200, result('GetCallerIdentity', '<Account>123456789012</Account>')],
    },
    stacks: { CDKToolkit: { status: 'CREATE_COMPLETE' } },
    executions: { quota: 1000, unreserved: 1000 },
    classes: ['m8g.large', 'm7g.large', 't4g.small'],
  };
}

/** Serves `account` on loopback in the protocols of STS, CloudFormation, RDS and Lambda. Returns its URL. */
export async function serveAccount(account: Account): Promise<string> {
  const server = createServer(async (request, response) => {
    if (request.url?.includes('/account-settings')) {
      const { quota, unreserved } = account.executions;
      const AccountLimit = { ConcurrentExecutions: quota, UnreservedConcurrentExecutions: unreserved };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ AccountLimit }));
      return;
    }
    const form = new URLSearchParams(await text(request));
    const [status, body] = account.answers[form.get('Action') ?? ''] ?? answerOf(account, form);
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

function answerOf(account: Account, form: URLSearchParams): [number, string] {
  if (form.get('Action') === 'DescribeStacks') {
    const name = form.get('StackName') ?? '';
    const stack = account.stacks[name];
    if (stack === undefined) return [400, awsError('ValidationError', `Stack with id ${name} does not exist`)];
    const { status, isProtected = false } = stack;
    const member = `<StackName>${name}</StackName><StackStatus>${status}</StackStatus><EnableTerminationProtection>${isProtected}</EnableTerminationProtection>`;
    return [200, result('DescribeStacks', `<Stacks><member>${member}</member></Stacks>`)];
  }
  const wanted = form.get('DBInstanceClass')?.replace('db.', '') ?? '';
  // An older version is offered everywhere; a second page has ours.
  const version = form.has('Marker') && account.classes.includes(wanted) ? '18.1' : '12.22';
  const option = `<OrderableDBInstanceOption><EngineVersion>${version}</EngineVersion><StorageType>gp3</StorageType></OrderableDBInstanceOption>`;
  const marker = form.has('Marker') ? '' : '<Marker>2</Marker>';
  const options = `<OrderableDBInstanceOptions>${option}</OrderableDBInstanceOptions>${marker}`;
  return [200, result('DescribeOrderableDBInstanceOptions', options)];
}

function result(action: string, content: string): string {
  return `<${action}Response><${action}Result>${content}</${action}Result></${action}Response>`;
}
