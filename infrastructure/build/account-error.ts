/** The account cannot be deployed to as it is; the message is one line that says what to do. */
export class AccountError extends Error {
  override name = 'Account';
}

export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
