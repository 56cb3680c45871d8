import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListBucketsCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import { startStorage } from '../local/aws/object-storage/storage.ts';
import { invocationsPath, startControl, stateMachineArn } from '../local/control.ts';
import { describeInBrowser, openBrowser } from '../support/browser.ts';

/** Port of a server with one page. */
async function servePage(): Promise<number> {
  const page = await readFile(new URL('foreign-page.html', import.meta.url));
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describeInBrowser('a page of another origin', () => {
  // The first is the same site to a browser, which ports do not tell apart; the second another one.
  it.each(['127.0.0.1', 'localhost'])('at %s has no effect on S3, SQS, Step Functions and Lambda', async (host) => {
    const control = await startControl();
    const { storage, s3, sqs } = await startStorage({ queues: [{ name: 'images', attributes: {} }] });
    const QueueUrl = storage.queueUrl('images');
    await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'kept', Body: 'rows' }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'kept' }));
    const purge = `Action=PurgeQueue&QueueUrl=${encodeURIComponent(QueueUrl)}`;
    const targets = [
      [`${storage.endpoint}/`, purge],
      [`${storage.endpoint}/?${purge}`, JSON.stringify({ QueueUrl, MessageBody: 'new' })],
      [`${storage.endpoint}/uploads`, 'key=new'],
      [`${storage.endpoint}/uploads/kept`, 'key=kept'],
      [`${storage.endpoint}/uploads?delete`, '<Delete xmlns=""><Object><Key>kept</Key></Object></Delete>'],
      [`${storage.endpoint}/new-bucket`, 'key=new'],
      [`${control.endpoint}/`, JSON.stringify({ stateMachineArn })],
      [`${control.endpoint}//`, '{}'],
      [`${control.endpoint}${invocationsPath}`, '{}'],
    ] as const;

    const browser = await openBrowser();
    const answers: { status: number; navigation: boolean }[] = [];
    browser.on('response', (response) => {
      if (![storage, control].some(({ endpoint }) => response.url().startsWith(endpoint))) return;
      answers.push({ status: response.status(), navigation: response.request().isNavigationRequest() });
    });
    const page = await browser.newPage();
    await page.goto(`http://${host}:${await servePage()}/`);
    await page.evaluate(`attack(${JSON.stringify(targets)})`);
    // A frame, a window and four forms.
    const navigations = () => answers.filter(({ navigation }) => navigation).length;
    await expect.poll(navigations, { timeout: 30_000 }).toBe(targets.length * 6);

    expect(answers.filter(({ status }) => status !== 403)).toEqual([]);
    expect(answers.length).toBeGreaterThan(targets.length * 12);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'uploads' }));
    expect(Contents.map(({ Key }) => Key)).toEqual(['kept']);
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toEqual(['uploads']);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(Messages.map(({ Body }) => Body)).toEqual(['kept']);
    const { executions } = control.stepFunctions.listExecutions({ stateMachineArn });
    expect(executions).toEqual([]);
    expect(await control.count()).toBe(1);
  });
});
