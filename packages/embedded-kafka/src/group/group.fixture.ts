import { silentLogger } from '../logger.js';
import { GroupCoordinator } from './group-coordinator.js';
import type { GroupProtocol, JoinRequest, JoinResponse, SyncResponse } from './group-messages.js';
import type { GroupCoordinatorOptions } from './group-options.js';
import { SteppedClock } from '../stepped-clock.js';

const settledMarker = Symbol('still parked');

/** What an answer is by now: its value, or `parked` while it waits for other members. */
export async function settled<Answer>(answer: Answer | Promise<Answer | null>): Promise<Answer | null | 'parked'> {
  const result = await Promise.race([
    answer,
    new Promise<typeof settledMarker>(resolve => setImmediate(resolve, settledMarker)),
  ]);
  return result === settledMarker ? 'parked' : result;
}

/** The metadata of a consumer that reads these topics, version 0. */
export function subscription(...topics: string[]): Buffer {
  const parts = [Buffer.from([0, 0, 0, 0, 0, topics.length])];
  for (const topic of topics) parts.push(Buffer.from([0, topic.length]), Buffer.from(topic));
  parts.push(Buffer.from([0xff, 0xff, 0xff, 0xff]));
  return Buffer.concat(parts);
}

export function protocols(...names: string[]): GroupProtocol[] {
  return names.map(name => ({ name, metadata: subscription('heroes') }));
}

/** One client connection: it asks as a client does, remembers its id and generation, and can be cut. */
export class TestClient {
  memberId = '';
  generationId = -1;
  readonly #groups: GroupCoordinator;
  readonly #connection = new AbortController();
  readonly instanceId: string | null;
  readonly name: string;

  constructor(groups: GroupCoordinator, name: string, instanceId: string | null = null) {
    this.#groups = groups;
    this.name = name;
    this.instanceId = instanceId;
  }

  /** The same member on a new connection. */
  reconnected(): TestClient {
    const twin = new TestClient(this.#groups, this.name, this.instanceId);
    twin.memberId = this.memberId;
    twin.generationId = this.generationId;
    return twin;
  }

  cutConnection(): void {
    this.#connection.abort();
  }

  join(changes: Partial<JoinRequest> = {}, version = 9): JoinResponse | Promise<JoinResponse | null> {
    return this.#groups.join(
      {
        groupId: 'league',
        memberId: this.memberId,
        groupInstanceId: this.instanceId,
        sessionTimeoutMs: 10_000,
        rebalanceTimeoutMs: 60_000,
        protocolType: 'consumer',
        protocols: protocols('range'),
        reason: null,
        ...changes,
      },
      { clientId: this.name, clientHost: '/127.0.0.1', signal: this.#connection.signal },
      { memberIdRequired: version >= 4, canSkipAssignment: version >= 9 },
    );
  }

  /** Joins as modern clients do: asks for an id first if it has none. */
  joinWithId(changes: Partial<JoinRequest> = {}): JoinResponse | Promise<JoinResponse | null> {
    if (this.memberId === '' && this.instanceId === null) {
      const first = this.join(changes);
      if (first instanceof Promise) throw new Error('A first join without id must be answered at once');
      this.memberId = first.memberId;
    }
    return this.join(changes);
  }

  /** Takes over what a finished join said. */
  async joined(answer: JoinResponse | Promise<JoinResponse | null>): Promise<JoinResponse> {
    const response = await settled(answer);
    if (response === null || response === 'parked') throw new Error(`${this.name} has not joined: ${String(response)}`);
    this.memberId = response.memberId;
    this.generationId = response.generationId;
    return response;
  }

  sync(assignments: Record<string, string> = {}): SyncResponse | Promise<SyncResponse | null> {
    return this.#groups.sync(
      {
        groupId: 'league',
        generationId: this.generationId,
        memberId: this.memberId,
        groupInstanceId: this.instanceId,
        protocolType: 'consumer',
        protocolName: null,
        assignments: Object.entries(assignments).map(([memberId, text]) => ({
          memberId,
          assignment: Buffer.from(text),
        })),
      },
      { clientId: this.name, clientHost: '/127.0.0.1', signal: this.#connection.signal },
    );
  }

  heartbeat(): number {
    const { memberId, generationId, instanceId } = this;
    return this.#groups.heartbeat({ groupId: 'league', memberId, generationId, groupInstanceId: instanceId });
  }

  leave(): number | undefined {
    const leaving = [{ memberId: this.memberId, groupInstanceId: this.instanceId, reason: null }];
    return this.#groups.leave('league', leaving).members[0]?.errorCode;
  }

  commit(offset: bigint, generationId = this.generationId): number {
    const identity = { groupId: 'league', memberId: this.memberId, groupInstanceId: this.instanceId, generationId };
    const errorCode = this.#groups.offsets.beginCommit(identity, 22);
    return errorCode || this.#groups.offsets.commit('league', 'heroes', 0, { offset, leaderEpoch: -1, metadata: '' });
  }
}

/** A coordinator on a clock that stands still. */
export class TestCoordinator {
  readonly clock = new SteppedClock();
  readonly groups: GroupCoordinator;

  constructor(options: Partial<GroupCoordinatorOptions> = {}) {
    this.groups = new GroupCoordinator({ clock: this.clock, logger: silentLogger, options });
  }

  client(name: string, instanceId: string | null = null): TestClient {
    return new TestClient(this.groups, name, instanceId);
  }

  get state(): string {
    return this.groups.describe('league')?.groupState ?? 'no group';
  }

  /** Joins all of them into one generation. The first is the leader of a new group. */
  async gather(...clients: TestClient[]): Promise<JoinResponse[]> {
    const answers = clients.map(client => client.joinWithId());
    this.clock.advance(0);
    return Promise.all(clients.map((client, index) => client.joined(answers[index] ?? Promise.resolve(null))));
  }

  /** Gathers them and lets the leader assign each member its own name. */
  async stabilise(...clients: TestClient[]): Promise<void> {
    const joins = await this.gather(...clients);
    const leaderId = joins[0]?.leader;
    const assignments = Object.fromEntries(clients.map(client => [client.memberId, client.name]));
    const syncs = clients
      .toSorted((one, other) => Number(one.memberId === leaderId) - Number(other.memberId === leaderId))
      .map(client => client.sync(client.memberId === leaderId ? assignments : {}));
    await Promise.all(syncs);
  }
}
