import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  CorruptSpreadsheetError,
  PasswordProtectedError,
  SpreadsheetTooLargeError,
} from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import { tooManyCells } from '../cells.ts';
import type { ZipArchive } from '../xlsx/zip-archive.ts';
import type { Conversion, ConversionTask } from './conversion.ts';

/** Bundled beside the handler under the same name; its source lies beside this one. */
const thread = new URL(`./convert-in-thread${extname(import.meta.url)}`, import.meta.url);

export type ConvertedWorkbook = {
  /** A .xlsx with its sheets called Sheet1, Sheet2, … */
  path: string;
  /** What they are called. */
  names: string[];
};

/**
 * Converts an .xls, .xlsb or .ods at `path` to a .xlsx in `directory`, so that it is read under the limits of every
 * other. A thread with a heap of its own does it, without the environment and its credentials. Throws a subclass of ImportRefusedError.
 */
export async function convertWorkbook(
  path: string,
  directory: string,
  within = { heapMegabytes: limits.conversionHeapMegabytes as number, seconds: limits.conversionSeconds as number },
): Promise<ConvertedWorkbook> {
  const { size } = await stat(path);
  if (size > limits.convertedBytes) throw tooLarge(`has ${size} bytes; at most ${limits.convertedBytes} are accepted`);
  const to = join(directory, 'converted.xlsx');
  const conversion = await runThread({ from: path, to, mostCells: limits.convertedCells }, within);
  if ('sheets' in conversion) return { path: to, names: conversion.sheets };
  if (conversion.refused === 'cells') throw tooManyCells(limits.convertedCells);
  if (/password-protected|ODS Encryption|^ECMA-376|^Encryption/.test(conversion.reason))
    throw new PasswordProtectedError('The workbook is protected by a password. Save it without one and drop it again.');
  throw new CorruptSpreadsheetError(
    `The workbook is damaged, or of a kind that is not read (${conversion.reason}). Save it as .xlsx and drop it again.`,
  );
}

/** Counts what the parts of a zip unpack to, which SheetJS would hold at once. */
export async function checkUnpackedSize(zip: ZipArchive): Promise<void> {
  let bytes = 0;
  for (const name of zip.names)
    for await (const chunk of zip.read(name)) {
      bytes += chunk.length;
      if (bytes > limits.convertedUnpackedBytes)
        throw tooLarge(`unpacks to more than ${limits.convertedUnpackedBytes} bytes, the most that is accepted`);
    }
}

function runThread(task: ConversionTask, within: { heapMegabytes: number; seconds: number }): Promise<Conversion> {
  const worker = new Worker(thread, {
    workerData: task,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: within.heapMegabytes },
  });
  let timer: NodeJS.Timeout | undefined;
  return new Promise<Conversion>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge('holds more than fits into memory') : error),
    );
    worker.once('exit', (code) => reject(new Error(`The thread that converts workbooks ended with ${code}`)));
    timer = setTimeout(
      () => reject(tooLarge(`takes more than ${within.seconds} seconds to read`)),
      within.seconds * 1000,
    );
  }).finally(() => {
    clearTimeout(timer);
    return worker.terminate();
  });
}

function tooLarge(what: string): SpreadsheetTooLargeError {
  return new SpreadsheetTooLargeError(
    `The file ${what}. An .xls, .xlsb or .ods is read as a whole: save it as .xlsx, of which much more is accepted, and drop it again.`,
  );
}
