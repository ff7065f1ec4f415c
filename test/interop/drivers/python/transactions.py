"""A committed and an aborted transaction with offsets of a group, and a successor's, which fences the first producer."""

from confluent_kafka import KafkaException, Producer, TopicPartition
from confluent_kafka.admin import NewTopic
from scene import Scene, committed, only_result, poll_all, until


def transactions(scene: Scene) -> dict:
    topic = f"{scene.prefix}.transactions"
    group_id = f"{scene.prefix}.transactions-group"
    admin = scene.admin()
    only_result(admin.create_topics([NewTopic(topic, 2, 1)]))
    # The consumer stands for the group whose offsets are sent; it joins nothing.
    member = scene.consumer(group_id)

    def group_offset() -> int:
        return committed(admin, group_id, topic, range(1))[0]

    def send_offset(producer: Producer, offset: int) -> None:
        producer.send_offsets_to_transaction([TopicPartition(topic, 0, offset)], member.consumer_group_metadata())

    seen = {}
    old = transactional(scene)
    old.init_transactions(30)
    old.begin_transaction()
    send(old, topic, "committed", 2)
    send_offset(old, 5)
    old.commit_transaction(30)
    # The transaction's markers, and with them its offsets, may come a moment after the answer to the commit.
    until(lambda: "the committed offset", lambda: group_offset() >= 0)
    seen["offsetAfterCommit"] = group_offset()
    old.begin_transaction()
    send(old, topic, "aborted", 2)
    send_offset(old, 9)
    old.abort_transaction(30)
    seen["offsetAfterAbort"] = group_offset()

    successor = transactional(scene)
    successor.init_transactions(30)
    successor.begin_transaction()
    send(successor, topic, "later", 2)
    successor.commit_transaction(30)
    seen["fenced"] = is_refused(old, topic)
    send(scene.producer(), topic, "end", 1)
    member.close()
    seen["readCommitted"] = read_all(scene, topic, "read_committed")
    seen["readUncommitted"] = read_all(scene, topic, "read_uncommitted")
    return seen


def transactional(scene: Scene) -> Producer:
    return scene.producer(transactional_id=f"{scene.prefix}.transactional-id")


def send(producer: Producer, topic: str, name: str, count: int) -> None:
    """Flushed, as an abort drops what has not been sent yet."""
    for partition in range(2):
        for index in range(count):
            producer.produce(topic, f"{name}-{partition}-{index}", partition=partition)
    producer.flush(30)


def is_refused(old: Producer, topic: str) -> bool:
    try:
        old.begin_transaction()
        send(old, topic, "fenced", 2)
        old.commit_transaction(30)
        return False
    except KafkaException as error:
        # Which of PRODUCER_FENCED and INVALID_PRODUCER_EPOCH it is, is each client's choice.
        return error.args[0].fatal()


def read_all(scene: Scene, topic: str, isolation: str) -> list:
    values = []
    consumer = scene.consumer(topic, isolation_level=isolation)
    consumer.assign([TopicPartition(topic, partition, 0) for partition in range(2)])
    until(
        lambda: f"the end of the topic after {values}",
        lambda: "end-0-0" in values and "end-1-0" in values,
        lambda: values.extend(message.value().decode() for message in poll_all(consumer)),
    )
    consumer.close()
    return sorted(values)
