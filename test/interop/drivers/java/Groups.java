import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** One member, two, one again, which commits half of what it read; its successor goes on there. */
final class Groups {
    private final Scene scene;
    private final String topic;
    private final String protocol;
    private final String secondProtocol;

    private Groups(Scene scene, String... protocols) {
        this.scene = scene;
        this.protocol = protocols[0];
        this.secondProtocol = protocols[protocols.length - 1];
        this.topic = scene.prefix() + ".group-" + String.join("-", protocols);
    }

    static Object observe(Scene scene, String[] words) throws Exception {
        return new Groups(scene, words).observe();
    }

    private Object observe() throws Exception {
        Map<String, Object> seen = new HashMap<>();
        Tally tally = new Tally();
        try (Admin admin = scene.admin();
            KafkaProducer<byte[], byte[]> producer = scene.producer()) {
            admin.createTopics(List.of(new NewTopic(topic, 4, (short) 1))).all().get();
            try (Member first = new Member(protocol, tally)) {
                Scene.until(first::told, () -> first.assigned().size() == 4, first::poll);
                seen.put("alone", first.assigned());
                produce(producer, 0, 10);
                Scene.until(first::told, () -> tally.distinct.size() == 40, first::poll);
                first.commit(10);

                try (Member second = new Member(secondProtocol, tally)) {
                    Scene.Step pollBoth = () -> {
                        first.poll();
                        second.poll();
                    };
                    Scene.until(
                        () -> first.told() + ", " + second.told(),
                        () -> first.assigned().size() == 2 && second.assigned().size() == 2,
                        pollBoth);
                    seen.put(
                        "shared", Stream.of(first, second).flatMap(each -> each.assigned().stream()).sorted().toList());
                    produce(producer, 10, 20);
                    Scene.until(first::told, () -> tally.distinct.size() == 80, pollBoth);
                    first.commit(20);
                    second.commit(20);
                }
                Scene.until(first::told, () -> first.assigned().size() == 4, first::poll);
                produce(producer, 20, 30);
                Scene.until(first::told, () -> tally.distinct.size() == 120, first::poll);
                first.commit(25);
            }
            seen.put("received", tally.distinct.size());
            seen.put("repeated", tally.total - tally.distinct.size());
            seen.put("committed", committed(admin));

            Tally resumed = new Tally();
            try (Member successor = new Member(protocol, resumed)) {
                Scene.until(successor::told, () -> resumed.distinct.size() == 20, successor::poll);
                seen.put("resumedAt", List.copyOf(successor.firstOffsets.values()));
                successor.commit(30);
            }
            seen.put("resumed", resumed.total);
            seen.put("finallyCommitted", committed(admin));
        }
        return seen;
    }

    private void produce(KafkaProducer<byte[], byte[]> producer, int from, int to) {
        for (int partition = 0; partition < 4; partition++) {
            for (int index = from; index < to; index++) {
                byte[] value = String.valueOf(index).getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(topic, partition, null, value));
            }
        }
        producer.flush();
    }

    private List<Long> committed(Admin admin) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets =
            admin.listConsumerGroupOffsets(topic).partitionsToOffsetAndMetadata().get();
        return IntStream.range(0, 4).mapToObj(index -> offsets.get(new TopicPartition(topic, index)).offset()).toList();
    }

    private static final class Tally {
        final Set<String> distinct = new HashSet<>();
        int total = 0;
    }

    private final class Member implements AutoCloseable {
        final Map<Integer, Long> firstOffsets = new TreeMap<>();
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final Tally tally;

        Member(String protocol, Tally tally) {
            this.tally = tally;
            consumer = scene.consumer(topic, "group.protocol", protocol);
            consumer.subscribe(List.of(topic));
        }

        List<Integer> assigned() {
            return new ArrayList<>(consumer.assignment().stream().map(TopicPartition::partition).sorted().toList());
        }

        void poll() {
            consumer.poll(Duration.ofMillis(50)).forEach(record -> {
                firstOffsets.putIfAbsent(record.partition(), record.offset());
                tally.total++;
                tally.distinct.add(record.partition() + "/" + record.offset());
            });
        }

        void commit(long offset) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            consumer.assignment().forEach(partition -> offsets.put(partition, new OffsetAndMetadata(offset)));
            consumer.commitSync(offsets);
        }

        String told() {
            return "a member to have its part of the group's work: it has partitions " + assigned();
        }

        @Override
        public void close() {
            consumer.close();
        }
    }
}
