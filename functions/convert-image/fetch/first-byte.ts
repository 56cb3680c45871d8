import type { Dispatcher } from 'undici';

/**
 * `dispatcher`, telling of every answer how many milliseconds after its request went out its status came: what the
 * server took and the way there and back, without DNS, connecting and TLS, which undici has done before it sends.
 */
export function timeFirstByte(dispatcher: Dispatcher, tell: (milliseconds: number) => void): Dispatcher {
  return dispatcher.compose((dispatch) => (options, handler) => dispatch(options, new Stopwatch(handler, tell)));
}

class Stopwatch implements Dispatcher.DispatchHandler {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #tell: (milliseconds: number) => void;
  #sentAt = 0;

  constructor(handler: Dispatcher.DispatchHandler, tell: (milliseconds: number) => void) {
    this.#handler = handler;
    this.#tell = tell;
  }

  onRequestStart: Dispatcher.DispatchHandler['onRequestStart'] = (...started) => {
    this.#sentAt = performance.now();
    this.#handler.onRequestStart?.(...started);
  };

  onResponseStart: Dispatcher.DispatchHandler['onResponseStart'] = (controller, status, ...rest) => {
    // Early hints (1xx) come before the server has done anything.
    if (status >= 200) this.#tell(Math.round(performance.now() - this.#sentAt));
    this.#handler.onResponseStart?.(controller, status, ...rest);
  };

  onResponseData: Dispatcher.DispatchHandler['onResponseData'] = (...data) => this.#handler.onResponseData?.(...data);
  onResponseEnd: Dispatcher.DispatchHandler['onResponseEnd'] = (...ended) => this.#handler.onResponseEnd?.(...ended);
  onResponseError: Dispatcher.DispatchHandler['onResponseError'] = (...failed) =>
    this.#handler.onResponseError?.(...failed);
}
