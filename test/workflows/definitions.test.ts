import aslValidator from 'asl-validator';
import { Duration } from 'aws-cdk-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../infrastructure/settings/settings.ts';
import * as errors from '../../workflows/errors.ts';
import { worstCaseSeconds } from '../../workflows/express-time.ts';
import { planImagesInputSchema } from '../../workflows/payloads/images.ts';
import { allStates, type Definition, definitionOf, synthesizedTemplate } from '../support/template.ts';

let productImport: Definition;
let convertImages: Definition;
beforeAll(async () => {
  const template = await synthesizedTemplate();
  productImport = definitionOf(template, 'ProductImport');
  convertImages = definitionOf(template, 'ConvertImages');
});

describe('the state machines', () => {
  it('are valid Amazon States Language', () => {
    for (const definition of [productImport, convertImages]) {
      expect(aslValidator(definition)).toMatchObject({ isValid: true });
    }
  });

  it('run the states of the design, in its order', () => {
    const order: string[] = [];
    for (let name = productImport.StartAt; name; ) {
      order.push(name);
      const state = productImport.States[name];
      const choices = state?.Choices as { Next: string }[] | undefined;
      // Out of the loop of rounds by its default, otherwise by the first choice.
      const chosen = name === 'Any images?' ? state?.Default : choices?.[0]?.Next;
      name = String(state?.Next ?? chosen ?? '');
    }
    expect(order).toEqual([
      'Register import',
      'Parse spreadsheet',
      'Check feed',
      'Any products?',
      'Write products',
      'Deactivate missing',
      'Begin rounds',
      'Plan images',
      'Any images?',
      'Finish import',
      'Announce import',
    ]);
  });

  it('convert images round by round, each planned anew, and wait for hosts without a Lambda', () => {
    const choices = productImport.States['Any images?']?.Choices;
    expect(choices).toEqual([
      { Variable: '$.images.images', NumericGreaterThan: 0, Next: 'Convert images' },
      { Variable: '$.images.waitSeconds', NumericGreaterThan: 0, Next: 'Wait for hosts' },
    ]);
    expect(productImport.States['Convert images']).toMatchObject({ Next: 'Plan images' });
    expect(productImport.States['Wait for hosts']).toMatchObject({ Type: 'Wait', Next: 'Plan images' });
    expect(
      planImagesInputSchema.shape.images.unwrap().parse(productImport.States['Begin rounds']?.Result),
    ).toMatchObject({
      round: 0,
    });
  });

  it('convert the images of a batch one at a time', () => {
    expect(convertImages.States['Convert each image']).toMatchObject({ MaxConcurrency: 1 });
  });

  it('convert images by one chain, in the Distributed Map and from the queue', () => {
    const { ProcessorConfig, ...child } = productImport.States['Convert images']?.ItemProcessor ?? {};
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
      MaxConcurrency: defaultSettings.database.writeConcurrency,
      ResultWriter: { ...writer, Parameters: { Prefix: 'results/write-products' } },
    });
    expect(productImport.States['Write products']).not.toHaveProperty('ToleratedFailurePercentage');
    expect(productImport.States['Convert images']).toMatchObject({
      ItemReader: { ...s3, Parameters: { 'Key.$': '$.images.key' } },
      MaxConcurrency: defaultSettings.images.mapConcurrency,
      ToleratedFailurePercentage: defaultSettings.images.toleratedFailurePercentage,
      ResultWriter: { ...writer, Parameters: { Prefix: 'results/convert-images' } },
    });
  });

  it('retry every task with backoff and jitter, on transient errors only', () => {
    const refusals = Object.values(errors)
      .filter((value) => typeof value === 'function')
      .map((ErrorClass) => new ErrorClass())
      .filter((error) => error instanceof errors.ImportRefusedError)
      .map((error) => error.name);
    expect(refusals.length).toBeGreaterThan(8);
    for (const definition of [productImport, convertImages]) {
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

  it('catch every error of an import, and end in a visible failure', () => {
    const last = ['Fail import', 'Announce failure', 'Announce import'];
    for (const [name, state] of Object.entries(productImport.States)) {
      if ((state.Type !== 'Task' && state.Type !== 'Map') || last.includes(name)) continue;
      expect(state.Catch, name).toEqual([{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Fail import' }]);
    }
    expect(productImport.States['Import failed']).toMatchObject({ Type: 'Fail', ErrorPath: '$.failed.error' });
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
