import static org.apache.kafka.common.config.ConfigResource.Type.TOPIC;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** Cluster, configurations, offsets and the life of a group as administrators see them. */
final class Administration {
    private final Scene scene;
    private final Admin admin;
    private final String topic;

    private Administration(Scene scene, Admin admin) {
        this.scene = scene;
        this.admin = admin;
        this.topic = scene.prefix() + ".administration";
    }

    static Object observe(Scene scene, String[] words) throws Exception {
        try (Admin admin = scene.admin()) {
            return new Administration(scene, admin).observe();
        }
    }

    private Object observe() throws Exception {
        Map<String, Object> seen = new HashMap<>();
        admin.createTopics(List.of(Scene.keepingOldRecords(topic, 2))).all().get();
        fill();
        DescribeClusterResult cluster = admin.describeCluster();
        List<Integer> ids = cluster.nodes().get().stream().map(Node::id).toList();
        seen.put("brokers", ids.size());
        seen.put("isControllerKnown", ids.contains(cluster.controller().get().id()));
        seen.put("configs", configs());
        seen.put("earliest", offsets(OffsetSpec.earliest()));
        seen.put("latest", offsets(OffsetSpec.latest()));
        seen.put("byTimestamp", offsets(OffsetSpec.forTimestamp(3_500)));
        try (KafkaConsumer<byte[], byte[]> consumer = scene.consumer(topic)) {
            consumer.subscribe(List.of(topic));
            int[] received = {0};
            Scene.until(
                () -> "15 records, got " + received[0],
                () -> received[0] >= 15,
                () -> received[0] += consumer.poll(Duration.ofMillis(100)).count());
            ConsumerGroupDescription inUse = describe();
            seen.put("inUse", described(inUse));
            seen.put("listed", isListed());
            seen.put("deletedInUse", Scene.codeOf(admin.deleteConsumerGroups(List.of(topic)).all()));
        }
        seen.put("empty", describe().groupState().toString());
        admin.alterConsumerGroupOffsets(
            topic, Map.of(partition(0), new OffsetAndMetadata(3), partition(1), new OffsetAndMetadata(1))).all().get();
        Map<TopicPartition, OffsetAndMetadata> altered =
            admin.listConsumerGroupOffsets(topic).partitionsToOffsetAndMetadata().get();
        seen.put("altered", List.of(altered.get(partition(0)).offset(), altered.get(partition(1)).offset()));
        admin.deleteRecords(Map.of(partition(0), RecordsToDelete.beforeOffset(4))).all().get();
        seen.put("afterDeleteRecords", offsets(OffsetSpec.earliest()));
        admin.deleteConsumerGroups(List.of(topic)).all().get();
        seen.put("stillListed", isListed());
        seen.put("deletedAgain", Scene.codeOf(admin.deleteConsumerGroups(List.of(topic)).all()));
        return seen;
    }

    /** Ten records in partition 0 and five in partition 1, a second apart from each other. */
    private void fill() {
        try (KafkaProducer<byte[], byte[]> producer = scene.producer()) {
            for (int index = 0; index < 15; index++) {
                long timestamp = (index % 10 + 1) * 1_000L;
                byte[] value = "v".getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(topic, index / 10, timestamp, null, value));
            }
        }
    }

    private TopicPartition partition(int index) {
        return new TopicPartition(topic, index);
    }

    private Map<String, String> configs() throws Exception {
        ConfigResource resource = new ConfigResource(TOPIC, topic);
        Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        Map<String, String> values = new HashMap<>();
        Stream.of("cleanup.policy", "max.message.bytes", "min.insync.replicas", "segment.bytes")
            .forEach(name -> values.put(name, config.get(name).value()));
        return values;
    }

    private List<Long> offsets(OffsetSpec spec) throws Exception {
        Map<TopicPartition, ListOffsetsResultInfo> offsets =
            admin.listOffsets(Map.of(partition(0), spec, partition(1), spec)).all().get();
        return IntStream.range(0, 2).mapToObj(index -> offsets.get(partition(index)).offset()).toList();
    }

    private ConsumerGroupDescription describe() throws Exception {
        return admin.describeConsumerGroups(List.of(topic)).all().get().get(topic);
    }

    /** Java describes only groups whose protocol type is `consumer`, or is empty: then the group is "simple". */
    private Map<String, Object> described(ConsumerGroupDescription group) {
        List<Integer> assigned =
            group.members().stream()
                .map(MemberDescription::assignment)
                .flatMap(assignment -> assignment.topicPartitions().stream())
                .map(TopicPartition::partition)
                .sorted()
                .toList();
        return Map.of(
            "state", group.groupState().toString(),
            "protocolType", group.isSimpleConsumerGroup() ? "" : "consumer",
            "members", group.members().size(),
            "assigned", assigned);
    }

    private boolean isListed() throws Exception {
        return admin.listGroups().all().get().stream().anyMatch(group -> group.groupId().equals(topic));
    }
}
