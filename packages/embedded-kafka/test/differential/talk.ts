import type { ApiCodec } from '../../src/protocol/codec.js';
import { apiVersionsCodec } from '../../src/protocol/generated/api-versions.js';
import { createTopicsCodec } from '../../src/protocol/generated/create-topics.js';
import { describeConfigsCodec } from '../../src/protocol/generated/describe-configs.js';
import { listOffsetsCodec } from '../../src/protocol/generated/list-offsets.js';
import { metadataCodec } from '../../src/protocol/generated/metadata.js';
import { asAnyCodec, type AnyCodec } from './any-codec.js';
import { correlationIdOf, decodeAnswer } from './answer.js';
import { askOnce, type Ground } from './ground.js';
import type { Normaliser } from './normaliser.js';
import { RawConnection, type Received } from './raw-connection.js';
import { frameOf, requestFrame, withLength } from './request-frame.js';
import type { Observation, Transcript } from './transcript.js';

/** Long enough that an answer which has not come by then will not come. */
const ANSWER_TIMEOUT_MS = 6_000;
/** A request that is not answered within this time counts as parked. */
const PARKED_AFTER_MS = 400;
const MOMENT_MS = 100;
/** Sources below that are what was set while the broker ran. */
const STATIC_BROKER = 4;
const SETTLE_TIMEOUT_MS = 20_000;

/** The other side did not answer where the conversation cannot go on without. It is in the transcript; nothing is lost. */
export class ConversationOver extends Error {
  override readonly name = 'ConversationOver';
}

export interface TopicHandle {
  readonly name: string;
  readonly id: string;
}

export interface AskOptions {
  /** Name of the connection, which is also its client id. Default `a`. Opened when it is first used. */
  readonly on?: string;
  /** Default: the conversation's version if it is about this API, else its highest. */
  readonly version?: number;
}

/** A request that was sent and whose answer has not been looked at. */
export interface Pending<Response> {
  /** Notes whether the answer is still outstanding after a moment. */
  observeParked(): Promise<void>;
  /** Notes and returns the answer. */
  answer(): Promise<Response>;
}

/** One side of a conversation: asks the ground, notes what it answers. Names that it hands out are unique on the ground. */
export class Talk {
  readonly transcript: Transcript = {};
  private readonly connections = new Map<string, RawConnection>();
  private readonly topicNames: string[] = [];
  private nextCorrelationId = 1;

  constructor(
    readonly ground: Ground,
    readonly api: AnyCodec,
    /** The version of the API that the conversation is about. */
    readonly version: number,
    private readonly normaliser: Normaliser,
    /** Makes names unique. */
    private readonly scope: string,
  ) {}

  /** A name that nothing on the ground has yet; in the transcript it appears as `<alias>`. */
  name(alias: string): string {
    const name = `diff-${this.scope}-${alias}`;
    return this.knownAs(name, alias);
  }

  /** As `name`, for a name that is made of another. */
  knownAs(name: string, alias: string): string {
    this.normaliser.knownAs(name, alias);
    this.topicNames.push(name);
    return name;
  }

  /** Kafka answers what it is asked about a group from what is on disk, which is a little behind. Not in the transcript. */
  async moment(): Promise<void> {
    await new Promise(resolve => setTimeout(resolve, MOMENT_MS));
  }

  /** Names of the topics that may exist by now, to be removed afterwards. */
  get namesGiven(): readonly string[] {
    return this.topicNames;
  }

  /** Creates a topic (records are kept however old they are) and waits until it can be used. Not in the transcript. */
  async topic(alias: string, partitions = 1, configs: Readonly<Record<string, string>> = {}): Promise<TopicHandle> {
    const name = this.name(alias);
    const all = { 'retention.ms': '-1', ...configs };
    const { topics } = (await this.quietly(createTopicsCodec, {
      topics: [
        {
          name,
          numPartitions: partitions,
          replicationFactor: -1,
          assignments: [],
          configs: Object.entries(all).map(([key, value]) => ({ name: key, value })),
        },
      ],
      timeoutMs: 10_000,
    })) as { topics: { errorCode: number; errorMessage: string | null; topicId: string }[] };
    const [created] = topics;
    if (created?.errorCode !== 0) {
      throw new Error(
        `${this.ground.name} does not create topic ${alias}: ${created?.errorCode} ${created?.errorMessage}`,
      );
    }
    await this.untilTopicServes(name, partitions);
    return { name, id: created.topicId };
  }

  /** Kafka tells its brokers about a new topic after it has answered. Not in the transcript. */
  async untilTopicServes(name: string, partitions: number): Promise<void> {
    await this.until(`topic ${name} with ${partitions} partitions`, async () => {
      const request = {
        replicaId: -1,
        topics: [
          {
            name,
            partitions: Array.from({ length: partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp: -1n })),
          },
        ],
      };
      const answer = await this.quietly(listOffsetsCodec, request);
      return answer.topics.every(topic => topic.partitions.every(({ errorCode }) => errorCode === 0));
    });
  }

  /** Waits until a deleted topic is gone for everyone. Not in the transcript. */
  async untilTopicIsGone(name: string): Promise<void> {
    await this.until(`the end of topic ${name}`, async () => {
      const answer = await this.quietly(metadataCodec, { topics: [{ name }], allowAutoTopicCreation: false });
      return answer.topics.every(({ errorCode }) => errorCode === 3);
    });
  }

  /** Kafka tells its brokers about a changed configuration after it has answered; null for the default. Not in the transcript. */
  async untilConfigured(resourceType: number, resourceName: string, key: string, value: string | null): Promise<void> {
    await this.until(`${key} of ${resourceName} to be ${value}`, async () => {
      const resource = { resourceType, resourceName, configurationKeys: [key] };
      const { results } = await this.quietly(describeConfigsCodec, { resources: [resource] });
      const config = results[0]?.configs[0];
      const isSet = config?.configSource !== undefined && config.configSource < STATIC_BROKER;
      return value === null ? !isSet : isSet && config.value === value;
    });
  }

  /** Asks and notes the answer under `step`. @throws ConversationOver if there is none */
  async ask<Request, Init, Response, ResponseInit>(
    step: string,
    codec: ApiCodec<Request, Init, Response, ResponseInit>,
    request: Init,
    options: AskOptions = {},
  ): Promise<Response> {
    const pending = await this.begin(step, codec, request, options);
    return pending.answer();
  }

  /** As `ask`, for a request that may rightly get no answer: undefined then. */
  async askInVain<Request, Init, Response, ResponseInit>(
    step: string,
    codec: ApiCodec<Request, Init, Response, ResponseInit>,
    request: Init,
    options: AskOptions = {},
  ): Promise<Response | undefined> {
    try {
      return await this.ask(step, codec, request, options);
    } catch (error) {
      if (error instanceof ConversationOver) return undefined;
      throw error;
    }
  }

  /** Sends and does not wait for the answer yet. */
  async begin<Request, Init, Response, ResponseInit>(
    step: string,
    codec: ApiCodec<Request, Init, Response, ResponseInit>,
    request: Init,
    { on = 'a', version = this.versionOf(asAnyCodec(codec)) }: AskOptions = {},
  ): Promise<Pending<Response>> {
    const connection = await this.connection(on);
    const correlationId = this.nextCorrelationId++;
    connection.write(requestFrame(asAnyCodec(codec), { version, correlationId, clientId: `client-${on}` }, request));
    let early: Received | undefined;
    return {
      observeParked: async () => {
        early = await connection.receive(PARKED_AFTER_MS);
        this.note(`${step}, a moment later`, early === 'silent' ? 'parked' : 'answered at once');
      },
      answer: async () => {
        const received =
          early === undefined || early === 'silent' ? await connection.receive(ANSWER_TIMEOUT_MS) : early;
        return this.settle(step, asAnyCodec(codec), version, correlationId, received) as Response;
      },
    };
  }

  /** Sends what must not be answered, and after it a question that is: which shows whether the first one was. */
  async tell<Request, Init, Response, ResponseInit>(
    step: string,
    codec: ApiCodec<Request, Init, Response, ResponseInit>,
    request: Init,
    { on = 'a', version = this.versionOf(asAnyCodec(codec)) }: AskOptions = {},
  ): Promise<void> {
    const connection = await this.connection(on);
    const [told, asked] = [this.nextCorrelationId++, this.nextCorrelationId++];
    const clientId = `client-${on}`;
    connection.write(requestFrame(asAnyCodec(codec), { version, correlationId: told, clientId }, request));
    connection.write(requestFrame(asAnyCodec(apiVersionsCodec), { version: 0, correlationId: asked, clientId }, {}));
    const first = await connection.receive(ANSWER_TIMEOUT_MS);
    if (Buffer.isBuffer(first) && correlationIdOf(first) === asked) this.note(step, 'silent');
    else this.settle(step, asAnyCodec(codec), version, told, first);
  }

  /** Sends several requests in one write, and notes the order in which they are answered. */
  async pipeline(
    step: string,
    requests: readonly { codec: AnyCodec; request: unknown; version?: number }[],
  ): Promise<void> {
    const connection = await this.connection('a');
    const first = this.nextCorrelationId;
    this.nextCorrelationId += requests.length;
    const frames = requests.map(({ codec, request, version = this.versionOf(codec) }, index) =>
      requestFrame(codec, { version, correlationId: first + index, clientId: 'client-a' }, request),
    );
    connection.write(Buffer.concat(frames));
    const order: string[] = [];
    for (let left = requests.length; left > 0; left--) {
      const received = await connection.receive(ANSWER_TIMEOUT_MS);
      order.push(Buffer.isBuffer(received) ? `#${correlationIdOf(received) - first}` : received);
    }
    this.note(step, order.join(' '));
  }

  /** Sends a frame with any key, version and body, and reads the answer, if there is one, as `readAs` says. */
  async askRaw(
    step: string,
    request: { key: number; version: number; isFlexible?: boolean; body: Buffer; clientId?: string | null },
    readAs: { codec: AnyCodec; version: number } = { codec: this.api, version: this.version },
  ): Promise<void> {
    const connection = await this.connection('a');
    const correlationId = this.nextCorrelationId++;
    const { key, version, isFlexible = false, body, clientId = 'client-a' } = request;
    connection.write(frameOf({ key, version, correlationId, clientId }, isFlexible, body));
    this.observe(step, readAs.codec, readAs.version, correlationId, await connection.receive(ANSWER_TIMEOUT_MS));
  }

  /** Sends bytes that are no request at all, and notes what becomes of the connection. */
  async babble(step: string, bytes: Buffer, options: { readonly withLength?: boolean } = {}): Promise<void> {
    const connection = await this.connection('a');
    connection.write(options.withLength === true ? withLength(bytes) : bytes);
    const received = await connection.receive(ANSWER_TIMEOUT_MS);
    this.note(step, Buffer.isBuffer(received) ? `answered ${received.toString('hex')}` : received);
  }

  /** A connection that was closed, or got out of step, is given up; the next request under this name opens another. */
  forget(on = 'a'): void {
    this.connections.get(on)?.end();
    this.connections.delete(on);
  }

  end(): void {
    for (const connection of this.connections.values()) connection.end();
  }

  private quietly<Request, Init, Response, ResponseInit>(
    codec: ApiCodec<Request, Init, Response, ResponseInit>,
    request: Init,
  ): Promise<Response> {
    const any = asAnyCodec(codec);
    return askOnce(this.ground, any, any.maxVersion, request) as Promise<Response>;
  }

  private async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + SETTLE_TIMEOUT_MS;
    while (!(await isSo())) {
      if (performance.now() > deadline) throw new Error(`${this.ground.name}: waited in vain for ${what}`);
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }

  private versionOf(codec: AnyCodec): number {
    return codec.key === this.api.key ? this.version : codec.maxVersion;
  }

  private async connection(name: string): Promise<RawConnection> {
    let connection = this.connections.get(name);
    if (!connection) {
      connection = await RawConnection.open(this.ground.host, this.ground.port);
      this.connections.set(name, connection);
    }
    return connection;
  }

  private settle(step: string, codec: AnyCodec, version: number, correlationId: number, received: Received): unknown {
    const response = this.observe(step, codec, version, correlationId, received);
    if (response === undefined) throw new ConversationOver(`${step}: ${String(this.transcript[step])}`);
    return response;
  }

  private observe(step: string, codec: AnyCodec, version: number, correlationId: number, received: Received): unknown {
    if (!Buffer.isBuffer(received)) {
      this.note(step, received);
      return undefined;
    }
    if (correlationIdOf(received) !== correlationId) {
      this.note(step, `answered to another request (${correlationIdOf(received) - correlationId} off)`);
      return undefined;
    }
    try {
      const { response, ...frame } = decodeAnswer(codec, version, received);
      this.note(step, { ...frame, response: this.normaliser.normalise(codec.name, response) });
      return response;
    } catch (error) {
      this.note(step, `not readable: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  private note(step: string, observation: Observation): void {
    if (step in this.transcript) throw new Error(`the conversation has two steps called "${step}"`);
    this.transcript[step] = observation;
  }
}
