import { Observable, type Subscriber } from 'rxjs';

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/**
 * The result of work that is under way whether anybody subscribes or not, as Nest's `emit()` returns it: each subscriber
 * gets the value and the end; one that comes when all is over, only the end. An error that nobody waits for is nobody's.
 *
 * It stands for `connectable(defer(…).pipe(mergeMap(…)), new Subject())`, which costs several times as much as the work.
 */
export function hotResult<T>(work: PromiseLike<T>): Observable<T> {
  let outcome: Outcome<T> | undefined;
  let subscribers: Subscriber<T> | Subscriber<T>[] | undefined;

  const settle = (settled: Outcome<T>): void => {
    outcome = settled;
    const waiting = subscribers;
    subscribers = undefined;
    if (Array.isArray(waiting)) {
      for (const subscriber of waiting) {
        tell(subscriber, settled);
      }
    } else if (waiting !== undefined) {
      tell(waiting, settled);
    }
  };
  work.then(
    value => settle({ value }),
    (error: unknown) => settle({ error }),
  );

  return new Observable<T>(subscriber => {
    if (outcome === undefined) {
      subscribers = subscribers === undefined ? subscriber : [subscribers, subscriber].flat();
    } else if ('error' in outcome) {
      subscriber.error(outcome.error);
    } else {
      subscriber.complete();
    }
  });
}

function tell<T>(subscriber: Subscriber<T>, outcome: Outcome<T>): void {
  if ('error' in outcome) {
    subscriber.error(outcome.error);
  } else {
    subscriber.next(outcome.value);
    subscriber.complete();
  }
}
