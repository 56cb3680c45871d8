import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { onTestFinished } from 'vitest';
import {
  type ConversionSettings,
  conversionSettingsSchema,
} from '../../functions/convert-image/conversion-settings.ts';
import { convertImage } from '../../functions/convert-image/convert-image.ts';
import { restrictDecoders } from '../../functions/convert-image/decode/decoders.ts';
import { type FetchOptions, fetchImage } from '../../functions/convert-image/fetch/fetch-image.ts';
import { createImageAgent } from '../../functions/convert-image/fetch/image-agent.ts';
import type { ImageItem, ImageOutcome } from '../../workflows/payloads/images.ts';

export type Attempt = {
  /** The code of a failed outcome or of a blip; `converted` and `not_modified` else. */
  result: string;
  blip: boolean;
  seconds: number;
  outcome: ImageOutcome | null;
  message: string;
};

export type Converter = {
  convert: (sourceUrl: string, item?: Partial<ImageItem>) => Promise<Attempt>;
  /** What was written, by object key. */
  written: Map<string, Buffer>;
};

/** Limits short enough for a test that waits for them. */
export const hastySettings = conversionSettingsSchema.parse({
  timeouts: { connect: 2, headers: 2, idle: 2, total: 4, conversion: 20 },
  maxBytes: 5_000_000,
});

/** The real fetcher and converter, storing into a map. */
export function createConverter(options: {
  settings?: Partial<ConversionSettings>;
  allowedHosts?: string[];
  lookup?: LookupFunction;
}): Converter {
  restrictDecoders();
  const settings = { ...hastySettings, ...options.settings };
  const allowedHosts = new Set(options.allowedHosts);
  const agent = createImageAgent({ ...settings, allowedHosts, lookup: options.lookup ?? lookup });
  onTestFinished(() => agent.destroy());
  const written = new Map<string, Buffer>();
  const dependencies = {
    settings,
    baseUrl: 'https://images.example.com',
    fetchImage: (item: ImageItem, options: FetchOptions) => fetchImage(item, agent, settings, options),
    writeRendition: async (key: string, bytes: Buffer) => {
      written.set(key, bytes);
    },
  };
  const convert = async (sourceUrl: string, overrides: Partial<ImageItem> = {}): Promise<Attempt> => {
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    try {
      const outcome = await convertImage({ ...imageItem(sourceUrl), ...overrides }, dependencies);
      const failed = outcome.status === 'failed';
      const message = failed ? outcome.message : '';
      return { result: failed ? outcome.code : outcome.status, blip: false, seconds: seconds(), outcome, message };
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ImageBlip') throw error;
      const [code = '', message = ''] = error.message.split(/: (.*)/s);
      return { result: code, blip: true, seconds: seconds(), outcome: null, message };
    }
  };
  return { convert, written };
}

export function imageItem(sourceUrl: string): ImageItem {
  return {
    imageId: 1,
    sourceUrl,
    supplierCode: 'acme',
    attempt: 1,
    etag: null,
    lastModified: null,
    headers: {},
    allowSvg: false,
  };
}
