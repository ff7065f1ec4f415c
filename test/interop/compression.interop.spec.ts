import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compressedRecords, RecordDigest } from './drivers/node/compressed-records.ts';
import { clients, isLeftOut } from './frame/clients.ts';
import { Driver } from './frame/driver.ts';
import { grounds, newPrefix, type StartedGround } from './frame/grounds.ts';
import { storedCodecs } from './frame/stored-codecs.ts';

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const present = Object.entries(clients).filter(([, client]) => !isLeftOut(client));

function digestOf(codec: string): object {
  const digest = new RecordDigest();
  for (const record of compressedRecords(codec)) digest.add(record);
  return digest.observation();
}

/** Whoever compressed, and whoever reads: the same records. */
describe.each(grounds)('compression on $name', ground => {
  const prefix = newPrefix('compression');
  const drivers = new Map<string, Driver>();
  const ends = new Map<string, unknown>();
  const topics = present.flatMap(([id]) => codecs.map(codec => ({ topic: `${prefix}.${id}.${codec}`, codec })));
  let started: StartedGround;

  beforeAll(async () => {
    started = await ground.start();
    for (const [id, client] of present) drivers.set(id, new Driver(client.name, client.command(), started.bootstrap));
    const producing = Array.from(drivers, async ([id, driver]) => {
      for (const codec of codecs)
        ends.set(`${prefix}.${id}.${codec}`, await driver.run('produce', `${prefix}.${id}`, codec));
    });
    await Promise.all(producing);
  }, 100_000);
  afterAll(async () => {
    await Promise.all(Array.from(drivers.values(), driver => driver[Symbol.asyncDispose]()));
    await started[Symbol.asyncDispose]();
  });

  it.each(topics)('stores what was sent with $codec as it was compressed: $topic', async ({ topic, codec }) => {
    expect(ends.get(topic)).toEqual({ end: 100 });
    expect(await storedCodecs(started.bootstrap, topic)).toEqual(new Set([codec]));
  });

  for (const [id, client] of Object.entries(clients)) {
    const options = { concurrent: true, skip: isLeftOut(client) };
    it(`${client.name} reads what every client has compressed`, options, async () => {
      const names = topics.map(({ topic }) => topic);
      const expected = Object.fromEntries(topics.map(({ topic, codec }) => [topic, digestOf(codec)]));
      expect(await drivers.get(id)?.run('read', `${prefix}.${id}`, ...names)).toEqual(expected);
    });
  }
});
