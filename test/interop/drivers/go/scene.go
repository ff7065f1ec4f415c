package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

const deadline = 30 * time.Second

// A scene tells where the brokers are and what names begin with.
type scene struct{ bootstrap, prefix string }

func (s scene) client(options ...kgo.Opt) (*kgo.Client, error) {
	quick := []kgo.Opt{
		kgo.SeedBrokers(strings.Split(s.bootstrap, ",")...),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.FetchMaxWait(100 * time.Millisecond),
	}
	return kgo.NewClient(append(quick, options...)...)
}

func (s scene) admin() (*kadm.Client, error) {
	client, err := s.client()
	if err != nil {
		return nil, err
	}
	return kadm.NewClient(client), nil
}

// codeOf returns the protocol's error code, 0 for none; any other error is returned as it is.
func codeOf(err error) (int16, error) {
	if err == nil {
		return 0, nil
	}
	var code *kerr.Error
	if errors.As(err, &code) {
		return code.Code, nil
	}
	return 0, err
}

// until repeats the step until the condition holds; it fails after 30 s with what was waited for.
func until(what func() string, condition func() bool, step func() error) error {
	for end := time.Now().Add(deadline); !condition(); {
		if time.Now().After(end) {
			return fmt.Errorf("waited %s for %s", deadline, what())
		}
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// untilTrue asks until the answer is yes.
func untilTrue(what string, ask func() (bool, error)) error {
	done := false
	return until(func() string { return what }, func() bool { return done }, func() (err error) {
		if done, err = ask(); !done {
			time.Sleep(20 * time.Millisecond)
		}
		return err
	})
}

// poll returns the records that are there now or within 50 ms.
func poll(client *kgo.Client) ([]*kgo.Record, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	fetches := client.PollFetches(ctx)
	for _, failure := range fetches.Errors() {
		if !errors.Is(failure.Err, context.DeadlineExceeded) {
			return nil, failure.Err
		}
	}
	return fetches.Records(), nil
}

func createTopic(admin *kadm.Client, topic string, partitions int32, configs map[string]*string) error {
	_, err := admin.CreateTopic(context.Background(), partitions, 1, configs, topic)
	return err
}

// oldRecords keeps records whose timestamps are of long ago, and which would soon be deleted for their age.
func oldRecords() map[string]*string { return map[string]*string{"retention.ms": kadm.StringPtr("-1")} }

func committed(admin *kadm.Client, group, topic string, partitions int32) ([]int64, error) {
	responses, err := admin.FetchOffsets(context.Background(), group)
	if err != nil {
		return nil, err
	}
	offsets := make([]int64, 0, partitions)
	for partition := range partitions {
		offset := int64(-1)
		if response, ok := responses.Lookup(topic, partition); ok {
			if response.Err != nil {
				return nil, response.Err
			}
			offset = response.At
		}
		offsets = append(offsets, offset)
	}
	return offsets, nil
}

func produceSync(client *kgo.Client, topic string, partition int32, values ...string) error {
	records := make([]*kgo.Record, 0, len(values))
	for _, value := range values {
		records = append(records, &kgo.Record{Topic: topic, Partition: partition, Value: []byte(value)})
	}
	return client.ProduceSync(context.Background(), records...).FirstErr()
}

func sorted[T int32 | string](values []T) []T {
	copied := append([]T{}, values...)
	slices.Sort(copied)
	return copied
}
