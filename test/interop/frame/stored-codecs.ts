import { RecordBatch, sizeAt, BATCH_HEADER_BYTES } from '../../../packages/embedded-kafka/src/log/record-batch.ts';
import { fetchCodec } from '../../../packages/embedded-kafka/src/protocol/generated/fetch.ts';
import { fetchOf } from '../../../packages/embedded-kafka/test/support/fetch-requests.ts';
import { WireClient } from '../../../packages/embedded-kafka/test/support/wire-client.ts';

const NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
/** The newest version that names topics by their names. */
const FETCH_VERSION = 12;
const COMPRESSION_BITS = 0x07;

/** The compressions that partition 0 of a topic is stored with, read from the batches themselves. */
export async function storedCodecs(bootstrap: string, topic: string): Promise<Set<string | undefined>> {
  const client = await WireClient.connect(bootstrap);
  try {
    const { responses } = await client.call(fetchCodec, FETCH_VERSION, fetchOf(topic));
    const records = responses[0]?.partitions[0]?.records ?? Buffer.alloc(0);
    const codecs = new Set<string | undefined>();
    for (let at = 0; records.length - at >= BATCH_HEADER_BYTES; at += sizeAt(records, at)) {
      const batch = new RecordBatch(records.subarray(at, at + sizeAt(records, at)));
      codecs.add(NAMES[batch.attributes & COMPRESSION_BITS]);
    }
    return codecs;
  } finally {
    client.destroy();
  }
}
