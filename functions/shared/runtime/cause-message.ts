/**
 * What an error says, out of the Cause that Step Functions caught or the payload that Lambda answered: JSON
 * `{errorType, errorMessage, trace}` where a function threw, plain text where Lambda or Step Functions itself failed. Null
 * where it is JSON without a message.
 */
export function causeMessage(cause: string): string | null {
  const parsed = parseJson(cause);
  if (typeof parsed === 'string') return parsed;
  if (typeof parsed !== 'object' || parsed === null || !('errorMessage' in parsed)) return null;
  return typeof parsed.errorMessage === 'string' ? parsed.errorMessage : null;
}

/** The text itself where it is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
