import { once } from 'node:events';
import { connect } from 'node:net';

const DESCRIBE_QUORUM = 55;
const TIMEOUT = 5_000;
const TOPIC = '__cluster_metadata';

/**
 * The node that leads the metadata quorum (DescribeQuorum, version 0). Metadata does not tell: in KRaft mode it names any
 * live broker as the controller.
 */
export async function activeController(broker: string): Promise<number> {
  const separator = broker.lastIndexOf(':');
  const socket = connect({ host: broker.slice(0, separator), port: Number(broker.slice(separator + 1)) });
  socket.setTimeout(TIMEOUT, () => socket.destroy(new Error(`${broker} did not answer within ${TIMEOUT} ms`)));
  try {
    await once(socket, 'connect');
    socket.write(request());
    let received = Buffer.alloc(0);
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk as Buffer]);
      if (received.length >= 4 && received.length >= 4 + received.readInt32BE()) {
        return leaderIn(received);
      }
    }
    throw new Error(`${broker} closed the connection before it answered`);
  } finally {
    socket.destroy();
  }
}

/** Compact lengths are one more than what they count, and tagged fields end with their number: none. */
function request(): Buffer {
  const header = Buffer.alloc(11);
  header.writeInt16BE(DESCRIBE_QUORUM, 0);
  header.writeInt32BE(1, 4);
  header.writeInt16BE(-1, 8);
  const body = Buffer.concat([Buffer.of(2, TOPIC.length + 1), Buffer.from(TOPIC), Buffer.of(2, 0, 0, 0, 0, 0, 0, 0)]);
  const length = Buffer.alloc(4);
  length.writeInt32BE(header.length + body.length);
  return Buffer.concat([length, header, body]);
}

function leaderIn(answer: Buffer): number {
  const afterHeader = 4 + 4 + 1;
  const error = answer.readInt16BE(afterHeader);
  // The topics' count, the topic's name, the partitions' count, the partition's number and error.
  const partition = afterHeader + 2 + 1 + 1 + TOPIC.length + 1;
  const partitionError = error === 0 ? answer.readInt16BE(partition + 4) : error;
  if (partitionError !== 0) {
    throw new Error(`DescribeQuorum failed with error code ${partitionError}`);
  }
  return answer.readInt32BE(partition + 6);
}
