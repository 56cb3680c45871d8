/**
 * An invocation that failed. `name` is Lambda's errorType, which Step Functions compares with ErrorEquals: the name of
 * the error that the handler threw, or one of Lambda's own such as `Sandbox.Timedout`.
 */
export class FunctionError extends Error {
  /** Lines of the stack, first the error itself, as in Lambda's error object; empty where the runtime died. */
  readonly trace: string[];

  constructor(name: string, message: string, trace: string[] = []) {
    super(message);
    this.name = name;
    this.trace = trace;
  }
}

/**
 * Lambda did not run the function. `name` is what Step Functions compares with ErrorEquals, such as
 * `Lambda.TooManyRequestsException`; Invoke answers with `statusCode` and the name without its prefix.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 */
export class InvokeError extends Error {
  readonly statusCode: number;
  readonly exception: string;

  constructor(statusCode: number, exception: string, message: string) {
    super(message);
    this.name = `Lambda.${exception}`;
    this.statusCode = statusCode;
    this.exception = exception;
  }
}

/** As many invocations are under way as the function has reserved concurrency. */
export function throttled(): InvokeError {
  return new InvokeError(429, 'TooManyRequestsException', 'Rate Exceeded.');
}

/** Whether an invocation was refused by {@link throttled}, so that whoever repeats it need not count the try. */
export function isThrottled(error: unknown): boolean {
  return error instanceof InvokeError && error.statusCode === 429;
}

/** Message as AWS writes it: `… Error: Task timed out after 60.00 seconds`. */
export function timedOut(requestId: string, seconds: number): FunctionError {
  const message = `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`;
  return new FunctionError('Sandbox.Timedout', message);
}

/** The bundle did not finish loading: its top level waits for something, or its thread never came up. */
export function loadingTimedOut(requestId: string, seconds: number): FunctionError {
  return new FunctionError(
    'Runtime.InitTimeout',
    `RequestId: ${requestId} Error: Init did not end within ${seconds} seconds`,
  );
}

/** What ended the worker thread in the middle of an invocation, as Lambda would name it. */
export function crashed(requestId: string, cause: unknown): FunctionError {
  if (!(cause instanceof Error)) {
    return new FunctionError('Runtime.UnhandledException', `RequestId: ${requestId} Error: ${String(cause)}`);
  }
  if ('code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const message = `RequestId: ${requestId} Error: Runtime exited with error: signal: killed: ${cause.message}`;
    return new FunctionError('Runtime.OutOfMemory', message);
  }
  const exit = /^worker exited with code: (\d+)$/.exec(cause.message);
  if (exit !== null) {
    const message = `RequestId: ${requestId} Error: Runtime exited with error: exit status ${exit[1]}`;
    return new FunctionError('Runtime.ExitError', message);
  }
  return new FunctionError(cause.name, cause.message, cause.stack?.split('\n') ?? []);
}
