import aslValidator from 'asl-validator';
import { Duration } from 'aws-cdk-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../infrastructure/settings/settings.ts';
import { assumptions } from '../../operate/capacity/scenario.ts';
import * as errors from '../../workflows/errors.ts';
import { waitSeconds, worstCaseSeconds } from '../../workflows/express-time.ts';
import { noTakeYet, plannedImagesSchema } from '../../workflows/payloads/images.ts';
import { admittedWritersSchema } from '../../workflows/payloads/import-states.ts';
import { databaseRetry } from '../../workflows/retry-policies.ts';
import { allStates, type Definition, definitionOf, synthesizedTemplate } from '../support/template.ts';

let productImport: Definition;
let convertImages: Definition;
let sweepImages: Definition;
let undoImport: Definition;
beforeAll(async () => {
  const template = await synthesizedTemplate();
  productImport = definitionOf(template, 'ProductImport');
  convertImages = definitionOf(template, 'ConvertImages');
  sweepImages = definitionOf(template, 'SweepImages');
  undoImport = definitionOf(template, 'UndoImport');
});

describe('the state machines', () => {
  it('are valid Amazon States Language', () => {
    for (const definition of [productImport, convertImages, sweepImages, undoImport]) {
      expect(aslValidator(definition)).toMatchObject({ isValid: true });
    }
  });

  it('run the states of the design, in its order', () => {
    const order: string[] = [];
    for (let name = productImport.StartAt; name; ) {
      order.push(name);
      const state = productImport.States[name];
      const choices = state?.Choices as { Next: string }[] | undefined;
      const chosen: Record<string, string | undefined> = {
        'Any products?': choices?.[1]?.Next,
        'Columns?': String(state?.Default),
        // Out of the loop of plans by its default.
        'Any images?': String(state?.Default),
      };
      name = String(state?.Next ?? chosen[name] ?? '');
    }
    expect(order).toEqual([
      'Register import',
      'Parse spreadsheet',
      'Begin plans',
      'Columns?',
      'Check feed',
      'Ask for writers',
      'Admit writers',
      'Any products?',
      'Write products',
      'Deactivate missing',
      'Plan images',
      'Any images?',
      'Finish import',
      'Announce import',
    ]);
    // A round of images is Convert images, Plan images and Any images? again; AWS counts the start as well.
    expect(assumptions.transitionsOfImport).toBe(order.length + 3 + 1);
  });

  it('admit an import before it writes, and have it wait without a Lambda', () => {
    expect(productImport.States['Any products?']).toMatchObject({
      Choices: [
        { Variable: '$.parsed.chunks', NumericLessThanEquals: 0, Next: 'Deactivate missing' },
        { Variable: '$.admitted.writers', NumericGreaterThan: 0, Next: 'Write products' },
      ],
      Default: 'Wait for writers',
    });
    expect(productImport.States['Wait for writers']).toMatchObject({ Type: 'Wait', Next: 'Admit writers' });
    expect(admittedWritersSchema.parse(productImport.States['Ask for writers']?.Result)).toMatchObject({ writers: 0 });
  });

  it('convert images host by host, Take by Take, and plan again what is left', () => {
    expect(productImport.States['Any images?']).toMatchObject({
      Choices: [{ Variable: '$.images.groups', NumericGreaterThan: 0, Next: 'Convert images' }],
      Default: 'Finish import',
    });
    expect(productImport.States['Convert images']).toMatchObject({ Next: 'Plan images' });
    expect(plannedImagesSchema.parse(productImport.States['Begin plans']?.Result)).toMatchObject({ round: 0 });
    const child = productImport.States['Convert images']?.ItemProcessor;
    expect(child).toMatchObject({
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Take images',
      States: {
        'Take images': { ResultPath: '$.take', Next: 'Any taken?' },
        'Any taken?': {
          Choices: [
            { Variable: '$.take.batches', NumericGreaterThan: 0, Next: 'Convert host' },
            { Variable: '$.take.waitSeconds', NumericGreaterThan: 0, Next: 'Wait for host' },
          ],
          Default: 'Host done',
        },
        'Convert host': { Next: 'Take images' },
        'Wait for host': { Type: 'Wait', SecondsPath: '$.take.waitSeconds', Next: 'Take images' },
      },
    });
  });

  it('sweep again while images are due', () => {
    expect(sweepImages).toMatchObject({
      StartAt: 'Sweep',
      TimeoutSeconds: defaultSettings.sweep.everyHours * 3600,
      States: {
        Sweep: {
          Parameters: { 'startedAt.$': '$$.Execution.StartTime', forSeconds: 6000, 'asked.$': '$' },
          ResultPath: '$.swept',
          Next: 'Any due?',
        },
        'Any due?': {
          Choices: [{ Variable: '$.swept.waitSeconds', NumericGreaterThan: 0, Next: 'Wait for lanes' }],
          Default: 'Swept',
        },
        'Wait for lanes': { Type: 'Wait', SecondsPath: '$.swept.waitSeconds', Next: 'Sweep' },
      },
    });
  });

  it('convert the images of a batch one at a time', () => {
    expect(convertImages.States['Convert each image']).toMatchObject({ MaxConcurrency: 1 });
  });

  it('convert images by one chain, in the Distributed Map and from the queue', () => {
    const hosts = productImport.States['Convert images']?.ItemProcessor?.States;
    const { ProcessorConfig, ...child } = hosts?.['Convert host']?.ItemProcessor ?? {};
    expect(ProcessorConfig).toEqual({ Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' });
    const { Comment, TimeoutSeconds, ...machine } = convertImages as Definition & Record<string, unknown>;
    expect(child).toEqual(machine);
  });

  it('read JSONL from S3, tolerate some failures and write results to S3', () => {
    const s3 = { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'JSONL' } };
    const writer = { Resource: 'arn:aws:states:::s3:putObject' };
    expect(productImport.States['Write products']).toMatchObject({
      ItemReader: { ...s3, Parameters: { 'Key.$': '$.parsed.manifestKey' } },
      ItemSelector: { 'upload.$': '$.upload', 'import.$': '$.import', 'chunk.$': '$$.Map.Item.Value' },
      MaxConcurrencyPath: '$.admitted.writers',
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
      ResultWriter: { ...writer, Parameters: { Prefix: 'results/write-products' } },
    });
    expect(productImport.States['Write products']).not.toHaveProperty('ToleratedFailurePercentage');
    expect(productImport.States['Convert images']).toMatchObject({
      ItemReader: { ...s3, Parameters: { 'Key.$': '$.images.key' } },
      ItemSelector: {
        'import.$': '$.import',
        'round.$': '$.images.round',
        'group.$': '$$.Map.Item.Value.group',
        'hosts.$': '$$.Map.Item.Value.hosts',
        take: noTakeYet,
      },
      MaxConcurrency: defaultSettings.images.hostsAtOnce,
      ToleratedFailurePercentage: 100,
      ResultWriter: { ...writer, Parameters: { Prefix: 'results/convert-images' } },
    });
    expect(productImport.States['Convert images']?.ItemProcessor?.States['Convert host']).toMatchObject({
      ItemReader: { ...s3, Parameters: { 'Key.$': '$.take.key' } },
      MaxConcurrencyPath: '$.take.lanes',
      ToleratedFailurePercentage: defaultSettings.images.toleratedFailurePercentage,
      ResultWriter: { ...writer, Parameters: { Prefix: 'results/convert-host' } },
    });
  });

  it('retry every task with backoff and jitter, on transient errors only', () => {
    const refusals = Object.values(errors)
      .filter((value) => typeof value === 'function')
      .map((ErrorClass) => new ErrorClass(''))
      .filter((error) => error instanceof errors.ImportRefusedError)
      .map((error) => error.name);
    expect(refusals.length).toBeGreaterThan(8);
    for (const definition of [productImport, convertImages, sweepImages, undoImport]) {
      for (const [name, state] of allStates(definition)) {
        if (state.Type !== 'Task') continue;
        expect(state.Retry, name).toBeDefined();
        for (const retrier of state.Retry ?? []) {
          expect(retrier, name).toMatchObject({ JitterStrategy: 'FULL', BackoffRate: 2 });
          expect(retrier.ErrorEquals, name).not.toContain('States.ALL');
          for (const refusal of refusals) expect(retrier.ErrorEquals, name).not.toContain(refusal);
        }
      }
    }
  });

  it('invoke a function again that had slept, for the minute in which Lambda gives it back its place in the VPC', () => {
    const asleep = ['ResourceNotReadyException', 'ENINotReadyException', 'EC2ThrottledException'];
    for (const definition of [productImport, convertImages, undoImport]) {
      for (const [name, { Type, Resource, Retry = [] }] of allStates(definition)) {
        if (Type !== 'Task' || !Resource?.includes(':function:')) continue;
        const retried = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
        expect(retried, name).toEqual(expect.arrayContaining(asleep.map((error) => `Lambda.${error}`)));
      }
    }
    expect(productImport.States['Fail import']?.Retry?.[0]?.ErrorEquals).toContain('Lambda.ENINotReadyException');
    // With full jitter a wait is half as long in the mean.
    expect(waitSeconds(databaseRetry) / 2).toBeGreaterThan(60);
  });

  it('catch every error of an import, and end in a visible failure', () => {
    const last = ['Fail import', 'Announce failure', 'Announce import'];
    for (const [name, state] of Object.entries(productImport.States)) {
      if ((state.Type !== 'Task' && state.Type !== 'Map') || last.includes(name)) continue;
      expect(state.Catch, name).toEqual([{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Fail import' }]);
    }
    expect(productImport.States['Import failed']).toMatchObject({ Type: 'Fail', ErrorPath: '$.failed.error' });
  });

  it('undo the files of changes that there are, as many at once as an import writes', () => {
    expect(undoImport.States['Any changes?']).toMatchObject({
      Choices: [{ Variable: '$.undo.files', NumericGreaterThan: 0, Next: 'Undo changes' }],
      Default: 'Finish undo',
    });
    expect(undoImport.States['Undo changes']).toMatchObject({
      ItemReader: { Parameters: { 'Key.$': '$.undo.manifestKey' }, ReaderConfig: { InputType: 'JSONL' } },
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
      MaxConcurrency: defaultSettings.database.writersPerImport,
    });
    for (const name of ['Register undo', 'Undo changes', 'Finish undo'])
      expect(undoImport.States[name]?.Catch, name).toEqual([
        { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Fail undo' },
      ]);
    expect(undoImport.States['Undo failed']).toMatchObject({ Type: 'Fail', ErrorPath: '$.failed.error' });
  });

  it('end a batch of images within the five minutes of an Express execution', () => {
    const { images } = defaultSettings;
    const seconds = worstCaseSeconds({
      convertTimeout: Duration.seconds(images.timeoutSeconds),
      recordTimeout: Duration.seconds(30),
    });
    expect(seconds).toBeLessThan(300);
  });
});
