"""The records are those of compressed-records.ts."""

import hashlib

from confluent_kafka import TopicPartition
from confluent_kafka.admin import NewTopic, OffsetSpec
from scene import Scene, only_result, poll_all, until

RECORDS = 100
FIRST_TIMESTAMP = 1_700_000_000_000


def produce(scene: Scene, codec: str) -> dict:
    topic = f"{scene.prefix}.{codec}"
    admin = scene.admin()
    only_result(admin.create_topics([NewTopic(topic, 1, 1, config={"retention.ms": "-1"})]))
    producer = scene.producer(compression_type=codec, linger_ms=500)
    failures = []
    for index in range(RECORDS):
        producer.produce(
            topic,
            key=f"key-{index}",
            value=value_at(index),
            partition=0,
            timestamp=FIRST_TIMESTAMP + index,
            headers={"codec": f"{codec} ✓".encode()},
            on_delivery=lambda error, _: error and failures.append(str(error)),
        )
    unsent = producer.flush(30)
    if unsent or failures:
        raise RuntimeError(f"{unsent} records were not sent; {failures[:3]}")
    end = only_result(admin.list_offsets({TopicPartition(topic, 0): OffsetSpec.latest()}))
    return {"end": end.offset}


def read(scene: Scene, *topics: str) -> dict:
    digests = {topic: Digest() for topic in topics}
    consumer = scene.consumer(f"{scene.prefix}.reader")
    consumer.assign([TopicPartition(topic, 0, 0) for topic in topics])

    def poll() -> None:
        for message in poll_all(consumer):
            digests[message.topic()].add(message)

    until(
        lambda: f"100 records each, got {[(topic, digest.count) for topic, digest in digests.items()]}",
        lambda: all(digest.count >= RECORDS for digest in digests.values()),
        poll,
    )
    consumer.close()
    return {topic: digest.observation() for topic, digest in digests.items()}


def value_at(index: int) -> bytes | None:
    if index == RECORDS - 1:
        return None
    if index % 2 == 0:
        return (f"{index} grüße " * 100).encode()
    return b"".join(hashlib.sha256(f"{index}.{part}".encode()).digest() for part in range(64))


class Digest:
    def __init__(self) -> None:
        self.count = 0
        self.hash = hashlib.sha256()

    def add(self, message) -> None:
        self.count += 1
        value = message.value()
        text = "null" if value is None else value.hex()
        header = dict(message.headers())["codec"].decode()
        _, timestamp = message.timestamp()
        self.hash.update(f"{message.key().decode()}|{text}|{header}|{timestamp}\n".encode())

    def observation(self) -> dict:
        return {"count": self.count, "digest": self.hash.hexdigest()}
