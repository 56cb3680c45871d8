/**
 * Milliseconds that a batch may begin images for, from the start of its execution. The last of them, the
 * waits before its retries and the recording have to fit between this and the 300 s of an Express execution.
 */
export const batchMilliseconds = 80_000;
