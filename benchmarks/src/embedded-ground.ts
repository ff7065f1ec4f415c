import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel } from 'kafkajs-platformatic';

const PROGRAM = fileURLToPath(new URL('process/embedded-broker.js', import.meta.url));

/** The embedded broker under test, and what its start took. */
export class EmbeddedGround {
  private constructor(
    private readonly child: ChildProcess,
    readonly brokers: string[],
    /** Of `EmbeddedKafka.start()`. Milliseconds. */
    readonly startMilliseconds: number,
    /** From the creation of the process to an acknowledged produce to a topic that did not exist. Milliseconds. */
    readonly firstProduceMilliseconds: number,
  ) {}

  static async start(): Promise<EmbeddedGround> {
    const forkedAt = performance.now();
    const child = fork(PROGRAM);
    const [message] = (await once(child, 'message')) as [{ brokers: string[]; startMilliseconds: number }];
    const { brokers, startMilliseconds } = message;
    const producer = new Kafka({ clientId: 'bench-start', brokers, logLevel: logLevel.ERROR }).producer({
      retry: { initialRetryTime: 5 },
    });
    await producer.connect();
    await producer.send({ topic: 'bench-start', messages: [{ value: 'first' }] });
    const firstProduceMilliseconds = performance.now() - forkedAt;
    await producer.disconnect();
    return new EmbeddedGround(child, brokers, startMilliseconds, firstProduceMilliseconds);
  }

  async stop(): Promise<void> {
    this.child.disconnect();
    await once(this.child, 'exit');
  }
}
