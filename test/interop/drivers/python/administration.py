"""Cluster, configurations, offsets and the life of a group as administrators see them."""

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, OffsetSpec, ResourceType
from scene import Scene, code_of, committed, only_result, poll_all, until

CONFIG_NAMES = ["cleanup.policy", "max.message.bytes", "min.insync.replicas", "segment.bytes"]
# By KIP-848's names of states, which the client has as an enumeration.
STATES = {"STABLE": "Stable", "EMPTY": "Empty"}


def administration(scene: Scene) -> dict:
    topic = f"{scene.prefix}.administration"
    admin = scene.admin()
    only_result(admin.create_topics([NewTopic(topic, 2, 1, config={"retention.ms": "-1"})]))
    fill(scene, topic)
    cluster = admin.describe_cluster().result(timeout=30)
    configs = only_result(admin.describe_configs([ConfigResource(ResourceType.TOPIC, topic)]))
    seen = {
        "brokers": len(cluster.nodes),
        "isControllerKnown": cluster.controller.id in [node.id for node in cluster.nodes],
        "configs": {name: configs[name].value for name in CONFIG_NAMES},
        "earliest": offsets_of(admin, topic, OffsetSpec.earliest()),
        "latest": offsets_of(admin, topic, OffsetSpec.latest()),
        "byTimestamp": offsets_of(admin, topic, OffsetSpec.for_timestamp(3_500)),
    }
    member = join(scene, topic)
    in_use = only_result(admin.describe_consumer_groups([topic]))
    seen["inUse"] = {
        "state": STATES[in_use.state.name],
        "protocolType": "" if in_use.is_simple_consumer_group else "consumer",
        "members": len(in_use.members),
        "assigned": sorted(
            each.partition for member in in_use.members for each in member.assignment.topic_partitions
        ),
    }
    seen["listed"] = is_listed(admin, topic)
    seen["deletedInUse"] = code_of(admin.delete_consumer_groups([topic]))
    member.close()
    seen["empty"] = STATES[only_result(admin.describe_consumer_groups([topic])).state.name]
    altered = [TopicPartition(topic, 0, 3), TopicPartition(topic, 1, 1)]
    only_result(admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(topic, altered)]))
    seen["altered"] = committed(admin, topic, topic, range(2))
    only_result(admin.delete_records([TopicPartition(topic, 0, 4)]))
    seen["afterDeleteRecords"] = offsets_of(admin, topic, OffsetSpec.earliest())
    only_result(admin.delete_consumer_groups([topic]))
    seen["stillListed"] = is_listed(admin, topic)
    seen["deletedAgain"] = code_of(admin.delete_consumer_groups([topic]))
    return seen


def fill(scene: Scene, topic: str) -> None:
    """Ten records in partition 0 and five in partition 1, a second apart from each other."""
    producer = scene.producer()
    for index in range(15):
        producer.produce(topic, "v", partition=index // 10, timestamp=(index % 10 + 1) * 1_000)
    producer.flush(30)


def join(scene: Scene, topic: str) -> Consumer:
    """A group's only member, which has read everything."""
    consumer = scene.consumer(topic)
    consumer.subscribe([topic])
    received = []
    until(
        lambda: f"15 records, got {len(received)}",
        lambda: len(received) >= 15,
        lambda: received.extend(poll_all(consumer)),
    )
    return consumer


def offsets_of(admin: AdminClient, topic: str, spec: OffsetSpec) -> list:
    partitions = [TopicPartition(topic, partition) for partition in range(2)]
    futures = admin.list_offsets({partition: spec for partition in partitions})
    return [futures[partition].result(timeout=30).offset for partition in partitions]


def is_listed(admin: AdminClient, topic: str) -> bool:
    groups = admin.list_consumer_groups().result(timeout=30)
    return topic in [group.group_id for group in groups.valid]
