import { causeMessage } from '../runtime/cause-message.ts';

/** Longest sentence kept: an operator reads it in a list. */
const longestMessage = 500;

export type Caught = { Error: string; Cause: string };
export type Reason = { name: string; message: string };

/**
 * Step Functions' own names, which a Fail state may not report (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
 * `States.ItemReaderFailed` is `StepFunctions.ItemReaderFailed` in the import's row, its event, its metric and the runbook.
 */
function nameOfOurs(error: string): string {
  return error.replace(/^(States\.)+/, 'StepFunctions.');
}

/** The error's name and one sentence out of what Step Functions caught. Never a stack trace. */
export function failureReason({ Error: error, Cause: cause }: Caught): Reason {
  const name = nameOfOurs(error.trim()) || 'UnknownError';
  return { name, message: firstSentence(causeMessage(cause) ?? '') || `The import failed with ${name}.` };
}

/** The first line; nothing where it is a document (a failed zod check is JSON), which no operator can read. */
function firstSentence(message: string): string {
  const line = message.trim().split(/\r?\n/)[0]?.trim() ?? '';
  if (/^[[{]/.test(line)) return '';
  return line.replaceAll('\0', '\ufffd').toWellFormed().slice(0, longestMessage);
}
