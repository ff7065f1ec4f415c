/**
 * A request whose answer depends on what other members do. Its promise always settles: with the answer, or with `null`
 * (send nothing) once its connection is gone. It can be answered only once; whoever comes second is ignored.
 */
export class ParkedRequest<Response> {
  readonly response: Promise<Response | null>;
  readonly #resolve: (response: Response | null) => void;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.#resolve(null);

  constructor(signal: AbortSignal) {
    const { promise, resolve } = Promise.withResolvers<Response | null>();
    this.response = promise;
    this.#resolve = resolve;
    this.#signal = signal;
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  answer(response: Response): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#resolve(response);
  }
}
