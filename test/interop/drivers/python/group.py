"""One member, two, one again, which commits half of what it read; its successor goes on there."""

from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import NewTopic
from scene import Scene, committed, only_result, poll_all, until

PARTITIONS = range(4)


def group(scene: Scene, protocol: str, *other: str) -> dict:
    second_protocol = other[0] if other else protocol
    topic = f"{scene.prefix}.group-{'-'.join((protocol, *other))}"
    admin = scene.admin()
    producer = scene.producer()
    only_result(admin.create_topics([NewTopic(topic, len(PARTITIONS), 1)]))
    seen = {}
    tally = Tally()

    first = Member(scene, topic, protocol, tally)
    until(first.told, lambda: len(first.assigned()) == 4, first.poll)
    seen["alone"] = first.assigned()
    produce_to(producer, topic, range(0, 10))
    until(first.told, lambda: len(tally.distinct) == 40, first.poll)
    first.commit(10)

    second = Member(scene, topic, second_protocol, tally)

    def poll_both() -> None:
        first.poll()
        second.poll()

    until(first.told, lambda: len(first.assigned()) == 2 and len(second.assigned()) == 2, poll_both)
    seen["shared"] = sorted(first.assigned() + second.assigned())
    produce_to(producer, topic, range(10, 20))
    until(first.told, lambda: len(tally.distinct) == 80, poll_both)
    first.commit(20)
    second.commit(20)

    second.leave()
    until(first.told, lambda: len(first.assigned()) == 4, first.poll)
    produce_to(producer, topic, range(20, 30))
    until(first.told, lambda: len(tally.distinct) == 120, first.poll)
    first.commit(25)
    first.leave()
    seen["received"] = len(tally.distinct)
    seen["repeated"] = tally.total - len(tally.distinct)
    seen["committed"] = committed(admin, topic, topic, PARTITIONS)

    resumed = Tally()
    successor = Member(scene, topic, protocol, resumed)
    until(successor.told, lambda: len(resumed.distinct) == 20, successor.poll)
    seen["resumedAt"] = [successor.first_offsets.get(partition) for partition in PARTITIONS]
    successor.commit(30)
    successor.leave()
    seen["resumed"] = resumed.total
    seen["finallyCommitted"] = committed(admin, topic, topic, PARTITIONS)
    return seen


def produce_to(producer: Producer, topic: str, indexes: range) -> None:
    for partition in PARTITIONS:
        for index in indexes:
            producer.produce(topic, str(index), partition=partition)
    if unsent := producer.flush(30):
        raise RuntimeError(f"{unsent} records were not sent")


class Tally:
    def __init__(self) -> None:
        self.distinct = set()
        self.total = 0


class Member:
    def __init__(self, scene: Scene, topic: str, protocol: str, tally: Tally) -> None:
        self.topic = topic
        self.tally = tally
        self.first_offsets = {}
        self.consumer = scene.consumer(topic, group_protocol=protocol)
        self.consumer.subscribe([topic])

    def assigned(self) -> list:
        return sorted(each.partition for each in self.consumer.assignment())

    def poll(self) -> None:
        for message in poll_all(self.consumer):
            self.first_offsets.setdefault(message.partition(), message.offset())
            self.tally.total += 1
            self.tally.distinct.add((message.partition(), message.offset()))

    def commit(self, offset: int) -> None:
        offsets = [TopicPartition(self.topic, partition, offset) for partition in self.assigned()]
        for each in self.consumer.commit(offsets=offsets, asynchronous=False):
            if each.error:
                raise RuntimeError(f"the commit of {each} failed")

    def leave(self) -> None:
        self.consumer.close()

    def told(self) -> str:
        return f"a member to have its part of the group's work: it has partitions {self.assigned()}"
