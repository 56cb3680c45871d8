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

/**
 * The error's name and one sentence out of what Step Functions caught. Cause is JSON `{errorType, errorMessage, trace}`
 * where a function threw, and plain text, or nothing, where Lambda or Step Functions itself failed. Never a stack trace.
 */
export function failureReason({ Error: error, Cause: cause }: Caught): Reason {
  const name = nameOfOurs(error.trim()) || 'UnknownError';
  return { name, message: firstSentence(messageOf(cause)) || `The import failed with ${name}.` };
}

function messageOf(cause: string): string {
  const parsed = parseJson(cause);
  if (typeof parsed === 'string') return parsed;
  if (typeof parsed !== 'object' || parsed === null || !('errorMessage' in parsed)) return '';
  return typeof parsed.errorMessage === 'string' ? parsed.errorMessage : '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The first line; nothing where it is a document (a failed zod check is JSON), which no operator can read. */
function firstSentence(message: string): string {
  const line = message.trim().split(/\r?\n/)[0]?.trim() ?? '';
  if (/^[[{]/.test(line)) return '';
  return line.replaceAll('\0', '\ufffd').toWellFormed().slice(0, longestMessage);
}
