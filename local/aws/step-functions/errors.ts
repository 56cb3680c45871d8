/** An error that the API answers with; its name is the `__type` that SDKs turn into an exception. */
export class ServiceException extends Error {
  readonly statusCode: number;

  constructor(name: string, message: string, statusCode = 400) {
    super(message);
    this.name = name;
    this.statusCode = statusCode;
  }
}

/** An error of a state: the name is what Retry and Catch match, the message becomes the Cause. */
export class StateError extends Error {
  /** The interpreter asks these before it looks at Retry and Catch. */
  isRetryable = true;
  isCatchable = true;

  constructor(name: string, cause: string, options?: ErrorOptions) {
    super(cause, options);
    this.name = name;
    // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html: it always fails the execution.
    if (name === 'States.Runtime') {
      this.isRetryable = false;
      this.isCatchable = false;
    }
  }
}

/** A Fail state's; what it leaves out has the text that the interpreter gives it, too. */
export function failError(error = unnamedFailure.error, cause = unnamedFailure.cause): StateError {
  return new StateError(error, cause);
}

/** What the interpreter calls a Fail state's error and cause where the state does not say. */
export const unnamedFailure = { error: 'FailStateError', cause: 'Execution failed because of a Fail state' };

/** The execution was stopped: the state ends here, and no Retry or Catch may go on. */
export class ExecutionStoppedError extends StateError {
  constructor() {
    super('States.Runtime', 'The execution was stopped');
  }
}

/** Bytes of UTF-8 that an input or output may have. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const payloadLimit = 262_144;

/** `States.DataLimitExceeded` with AWS's sentence, as {@link payloadLimit} was passed. */
export function dataLimitExceeded(stateName: string): StateError {
  return new StateError(
    'States.DataLimitExceeded',
    `The state/task '${stateName}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}
