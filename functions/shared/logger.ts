import { Logger } from '@aws-lambda-powertools/logger';

const logger = new Logger({ serviceName: 'supplier-import' });

export type LogKeys = {
  importId?: number;
  executionArn?: string;
  imageId?: number;
  bucket?: string;
  key?: string;
};

/** A logger whose every line carries `keys`, so that one import or image can be followed through all functions. */
export function loggerFor(keys: LogKeys): Logger {
  return logger.createChild({ persistentKeys: keys });
}
