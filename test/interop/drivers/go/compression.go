package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// The records are those of compressed-records.ts.
const (
	recordCount    = 100
	firstTimestamp = 1_700_000_000_000
)

var codecs = map[string]kgo.CompressionCodec{
	"none":   kgo.NoCompression(),
	"gzip":   kgo.GzipCompression(),
	"snappy": kgo.SnappyCompression(),
	"lz4":    kgo.Lz4Compression(),
	"zstd":   kgo.ZstdCompression(),
}

func produce(s scene, words ...string) (observations, error) {
	codec := words[0]
	topic := s.prefix + "." + codec
	admin, err := s.admin()
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	if err = createTopic(admin, topic, 1, oldRecords()); err != nil {
		return nil, err
	}
	client, err := s.client(kgo.ProducerBatchCompression(codecs[codec]), kgo.ProducerLinger(500*time.Millisecond))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	records := make([]*kgo.Record, 0, recordCount)
	for index := range recordCount {
		records = append(records, &kgo.Record{
			Topic:     topic,
			Timestamp: time.UnixMilli(firstTimestamp + int64(index)),
			Key:       fmt.Appendf(nil, "key-%d", index),
			Value:     valueAt(index),
			Headers:   []kgo.RecordHeader{{Key: "codec", Value: []byte(codec + " ✓")}},
		})
	}
	if err = client.ProduceSync(context.Background(), records...).FirstErr(); err != nil {
		return nil, err
	}
	ends, err := admin.ListEndOffsets(context.Background(), topic)
	if err != nil {
		return nil, err
	}
	end, _ := ends.Lookup(topic, 0)
	return observations{"end": end.Offset}, end.Err
}

func read(s scene, topics ...string) (observations, error) {
	digests := map[string]*digest{}
	for _, topic := range topics {
		digests[topic] = &digest{hash: sha256.New()}
	}
	client, err := s.client(kgo.ConsumeTopics(topics...), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	isComplete := func() bool {
		for _, each := range digests {
			if each.count < recordCount {
				return false
			}
		}
		return true
	}
	err = until(func() string { return fmt.Sprint("100 records of each of ", topics) }, isComplete, func() error {
		records, err := poll(client)
		for _, record := range records {
			digests[record.Topic].add(record)
		}
		return err
	})
	seen := observations{}
	for topic, each := range digests {
		seen[topic] = observations{"count": each.count, "digest": hex.EncodeToString(each.hash.Sum(nil))}
	}
	return seen, err
}

func valueAt(index int) []byte {
	if index == recordCount-1 {
		return nil
	}
	if index%2 == 0 {
		return []byte(strings.Repeat(fmt.Sprintf("%d grüße ", index), 100))
	}
	var noise []byte
	for part := range 64 {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d.%d", index, part))
		noise = append(noise, sum[:]...)
	}
	return noise
}

type digest struct {
	count int
	hash  hash.Hash
}

func (d *digest) add(record *kgo.Record) {
	d.count++
	value := "null"
	if record.Value != nil {
		value = hex.EncodeToString(record.Value)
	}
	header := string(record.Headers[0].Value)
	fmt.Fprintf(d.hash, "%s|%s|%s|%d\n", record.Key, value, header, record.Timestamp.UnixMilli())
}
