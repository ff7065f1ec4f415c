import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** The records are those of compressed-records.ts. */
final class Compression {
    private static final int RECORDS = 100;
    private static final long FIRST_TIMESTAMP = 1_700_000_000_000L;

    static Object produce(Scene scene, String[] words) throws Exception {
        String codec = words[0];
        TopicPartition partition = new TopicPartition(scene.prefix() + "." + codec, 0);
        try (Admin admin = scene.admin();
            KafkaProducer<byte[], byte[]> producer =
                scene.producer("compression.type", codec, "batch.size", "1000000", "linger.ms", "1000")) {
            admin.createTopics(List.of(Scene.keepingOldRecords(partition.topic(), 1))).all().get();
            for (int index = 0; index < RECORDS; index++) {
                ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(
                        partition.topic(), 0, FIRST_TIMESTAMP + index, utf8("key-" + index), valueAt(index));
                record.headers().add("codec", utf8(codec + " ✓"));
                producer.send(record);
            }
            producer.flush();
            long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest())).all().get().get(partition).offset();
            return Map.of("end", end);
        }
    }

    static Object read(Scene scene, String[] topics) throws Exception {
        Map<String, Digest> digests = new HashMap<>();
        for (String topic : topics) digests.put(topic, new Digest());
        try (KafkaConsumer<byte[], byte[]> consumer = scene.consumer(scene.prefix() + ".reader")) {
            consumer.assign(digests.keySet().stream().map(topic -> new TopicPartition(topic, 0)).toList());
            Scene.until(
                () -> "100 records of each of " + digests.keySet(),
                () -> digests.values().stream().allMatch(digest -> digest.count >= RECORDS),
                () -> consumer.poll(Duration.ofMillis(100)).forEach(record -> digests.get(record.topic()).add(record)));
        }
        Map<String, Object> seen = new HashMap<>();
        digests.forEach((topic, digest) -> seen.put(topic, digest.observation()));
        return seen;
    }

    private static byte[] valueAt(int index) throws Exception {
        if (index == RECORDS - 1) return null;
        if (index % 2 == 0) return utf8((index + " grüße ").repeat(100));
        ByteArrayOutputStream noise = new ByteArrayOutputStream();
        for (int part = 0; part < 64; part++) noise.write(sha256().digest(utf8(index + "." + part)));
        return noise.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static MessageDigest sha256() throws Exception {
        return MessageDigest.getInstance("SHA-256");
    }

    private static final class Digest {
        private final MessageDigest hash;
        int count = 0;

        Digest() throws Exception {
            hash = sha256();
        }

        void add(ConsumerRecord<byte[], byte[]> record) {
            count++;
            String value = record.value() == null ? "null" : HexFormat.of().formatHex(record.value());
            String header = new String(record.headers().lastHeader("codec").value(), StandardCharsets.UTF_8);
            String key = new String(record.key(), StandardCharsets.UTF_8);
            hash.update(utf8(key + "|" + value + "|" + header + "|" + record.timestamp() + "\n"));
        }

        Object observation() {
            return Map.of("count", count, "digest", HexFormat.of().formatHex(hash.digest()));
        }
    }
}
