import type { Producer } from '../driver/kafka-types.js';
import type { ClientConnection } from './client-connection.js';

/**
 * The one connection of a client, and the order of the calls that wait until it is open.
 *
 * States: `closed` (no `current`) → `opening` → `open` → `closed`, or `opening` → `closed` when the opening fails.
 *
 * Invariants
 * - `current` and `connected` are set together and forgotten together. So a failed attempt is not remembered, and one that
 *   was overtaken (closed, and another begun) changes nothing when it fails at last.
 * - A call that finds the connection open runs at once only if none that came before still waits: the order in which calls
 *   were made is the order in which they are sent.
 */
export class ConnectionGate {
  private connection: ClientConnection | undefined;
  private opening: Promise<Producer> | undefined;
  /** Calls that were made before the connection was open; later ones must not overtake them. */
  private waiting = 0;

  get current(): ClientConnection | undefined {
    return this.connection;
  }

  /** What `open()` returned for the current connection. */
  get connected(): Promise<Producer> | undefined {
    return this.opening;
  }

  /** Opens a connection and makes it the current one. `onFailure` is called if it still is when it could not be opened. */
  open(connection: ClientConnection, onFailure: () => void): Promise<Producer> {
    this.connection = connection;
    this.opening = connection.open().catch((error: unknown) => {
      if (this.connection === connection) {
        this.forget();
        onFailure();
      }
      throw error;
    });
    return this.opening;
  }

  /** Makes no connection the current one, and returns what was, for the caller to close. */
  forget(): ClientConnection | undefined {
    const { connection } = this;
    this.connection = undefined;
    this.opening = undefined;
    return connection;
  }

  /** Whether what `connect()` returned is settled already, and nothing waits for it that would be overtaken. */
  isOpen(connected: Promise<Producer>): boolean {
    return connected === this.opening && this.connection?.isOpen === true && this.waiting === 0;
  }

  /** Runs `work` once what `connect()` returned has resolved. */
  whenOpen<T>(connected: Promise<Producer>, work: () => Promise<T>): Promise<T> {
    this.waiting++;
    return connected.then(
      () => {
        this.waiting--;
        return work();
      },
      (error: unknown) => {
        this.waiting--;
        throw error;
      },
    );
  }
}
