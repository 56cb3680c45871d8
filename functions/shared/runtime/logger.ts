import { Logger } from '@aws-lambda-powertools/logger';
import type { RegisteredImport } from '../../../workflows/payloads/upload.ts';

const logger = new Logger();

export type LogKeys = {
  importId?: number;
  executionArn?: string;
  /** Last part of executionArn: all that the states after "Register import" are told. */
  executionName?: string;
  imageId?: number;
  bucket?: string;
  key?: string;
};

/** The keys of an import under way. */
export function importKeys({ importId, executionName }: RegisteredImport): LogKeys {
  return { importId, executionName };
}

/** A logger whose every line carries `keys`, so that one import or image can be followed through all functions. */
export function loggerFor(keys: LogKeys): Logger {
  return logger.createChild({ persistentKeys: keys });
}
