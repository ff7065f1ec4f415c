"""Where the brokers are and what names begin with, with clients for both."""

import time
from dataclasses import dataclass

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

DEADLINE_SECONDS = 30


@dataclass(frozen=True)
class Scene:
    bootstrap: str
    prefix: str

    def admin(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self.bootstrap})

    def producer(self, **settings: object) -> Producer:
        return Producer({"bootstrap.servers": self.bootstrap, "enable.idempotence": True, **dotted(settings)})

    def consumer(self, group_id: str, **settings: object) -> Consumer:
        # Heartbeats are where a classic member learns of a rebalance; a KIP-848 group's are the broker's affair.
        quick = {} if settings.get("group_protocol") == "consumer" else {"heartbeat.interval.ms": 200}
        return Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": group_id,
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "fetch.wait.max.ms": 100,
                **quick,
                **dotted(settings),
            }
        )


def dotted(settings: dict) -> dict:
    return {name.replace("_", "."): value for name, value in settings.items()}


def only_result(futures: dict):
    """What the only future of an admin's request resolves to."""
    (future,) = futures.values()
    return future.result(timeout=DEADLINE_SECONDS)


def code_of(futures: dict) -> int:
    """The protocol's error code of what failed, 0 if nothing did."""
    try:
        only_result(futures)
        return 0
    except KafkaException as error:
        return error.args[0].code()


def until(what, condition, step=lambda: time.sleep(0.02)) -> None:
    """Repeats the step until the condition holds; fails after 30 s with what was waited for."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {DEADLINE_SECONDS} s for {what()}")
        step()


def poll_all(consumer: Consumer) -> list:
    """The records that are there now or within 50 ms."""
    messages = consumer.consume(500, timeout=0.05)
    for message in messages:
        if message.error():
            raise KafkaException(message.error())
    return messages


def committed(admin: AdminClient, group_id: str, topic: str, partitions: range) -> list:
    """The committed offsets of a group."""
    wanted = [TopicPartition(topic, partition) for partition in partitions]
    result = only_result(admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group_id, wanted)]))
    return [each.offset for each in sorted(result.topic_partitions, key=lambda each: each.partition)]
