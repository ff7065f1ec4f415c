package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const partitions = 4

// group has one member, two, one again, which commits half of what it read; its successor goes on there.
func group(s scene, words ...string) (observations, error) {
	protocol, secondProtocol := words[0], words[len(words)-1]
	topic := s.prefix + ".group-" + strings.Join(words, "-")
	admin, err := s.admin()
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	if err = createTopic(admin, topic, partitions, nil); err != nil {
		return nil, err
	}
	producer, err := s.client()
	if err != nil {
		return nil, err
	}
	defer producer.Close()
	seen := observations{}
	all := newTally()

	first, err := join(s, topic, protocol, all)
	if err != nil {
		return nil, err
	}
	defer first.leave()
	if err = until(first.told, func() bool { return len(first.partitions()) == 4 }, first.poll); err != nil {
		return nil, err
	}
	seen["alone"] = first.partitions()
	if err = produceTo(producer, topic, 0, 10); err != nil {
		return nil, err
	}
	if err = until(first.told, func() bool { return len(all.distinct) == 40 }, first.poll); err != nil {
		return nil, err
	}
	if err = first.commit(10); err != nil {
		return nil, err
	}

	second, err := join(s, topic, secondProtocol, all)
	if err != nil {
		return nil, err
	}
	defer second.leave()
	pollBoth := func() error {
		if err := first.poll(); err != nil {
			return err
		}
		return second.poll()
	}
	isShared := func() bool { return len(first.partitions()) == 2 && len(second.partitions()) == 2 }
	if err = until(first.told, isShared, pollBoth); err != nil {
		return nil, err
	}
	seen["shared"] = sorted(append(first.partitions(), second.partitions()...))
	if err = produceTo(producer, topic, 10, 20); err != nil {
		return nil, err
	}
	if err = until(first.told, func() bool { return len(all.distinct) == 80 }, pollBoth); err != nil {
		return nil, err
	}
	if err = first.commit(20); err != nil {
		return nil, err
	}
	if err = second.commit(20); err != nil {
		return nil, err
	}

	second.leave()
	if err = until(first.told, func() bool { return len(first.partitions()) == 4 }, first.poll); err != nil {
		return nil, err
	}
	if err = produceTo(producer, topic, 20, 30); err != nil {
		return nil, err
	}
	if err = until(first.told, func() bool { return len(all.distinct) == 120 }, first.poll); err != nil {
		return nil, err
	}
	if err = first.commit(25); err != nil {
		return nil, err
	}
	first.leave()
	seen["received"] = len(all.distinct)
	seen["repeated"] = all.total - len(all.distinct)
	if seen["committed"], err = committed(admin, topic, topic, partitions); err != nil {
		return nil, err
	}

	resumed := newTally()
	successor, err := join(s, topic, protocol, resumed)
	if err != nil {
		return nil, err
	}
	defer successor.leave()
	if err = until(successor.told, func() bool { return len(resumed.distinct) == 20 }, successor.poll); err != nil {
		return nil, err
	}
	firstOffsets := make([]int64, 0, partitions)
	for partition := range int32(partitions) {
		firstOffsets = append(firstOffsets, successor.firstOffsets[partition])
	}
	seen["resumedAt"] = firstOffsets
	if err = successor.commit(30); err != nil {
		return nil, err
	}
	successor.leave()
	seen["resumed"] = resumed.total
	seen["finallyCommitted"], err = committed(admin, topic, topic, partitions)
	return seen, err
}

func produceTo(producer *kgo.Client, topic string, from, to int) error {
	values := make([]string, 0, to-from)
	for index := from; index < to; index++ {
		values = append(values, fmt.Sprint(index))
	}
	for partition := range int32(partitions) {
		if err := produceSync(producer, topic, partition, values...); err != nil {
			return err
		}
	}
	return nil
}

type position struct {
	partition int32
	offset    int64
}

type tally struct {
	distinct map[position]bool
	total    int
}

func newTally() *tally { return &tally{distinct: map[position]bool{}} }

type member struct {
	client       *kgo.Client
	topic        string
	tally        *tally
	firstOffsets map[int32]int64
	lock         sync.Mutex // franz-go tells of partitions on goroutines of its own
	owned        map[int32]bool
}

func join(s scene, topic, protocol string, all *tally) (*member, error) {
	m := &member{topic: topic, tally: all, firstOffsets: map[int32]int64{}, owned: map[int32]bool{}}
	own := func(is bool) func(context.Context, *kgo.Client, map[string][]int32) {
		return func(_ context.Context, _ *kgo.Client, changed map[string][]int32) {
			m.lock.Lock()
			defer m.lock.Unlock()
			for _, partition := range changed[topic] {
				if is {
					m.owned[partition] = true
				} else {
					delete(m.owned, partition)
				}
			}
		}
	}
	options := []kgo.Opt{
		kgo.ConsumerGroup(topic),
		kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.DisableAutoCommit(),
		kgo.HeartbeatInterval(200 * time.Millisecond),
		kgo.OnPartitionsAssigned(own(true)),
		kgo.OnPartitionsRevoked(own(false)),
		kgo.OnPartitionsLost(own(false)),
	}
	if protocol == "consumer" {
		options = append(options, kgo.ServerSideBalancer(), kgo.Balancers(kgo.RangeBalancer()))
	}
	client, err := s.client(options...)
	m.client = client
	return m, err
}

func (m *member) partitions() []int32 {
	m.lock.Lock()
	defer m.lock.Unlock()
	owned := make([]int32, 0, len(m.owned))
	for partition := range m.owned {
		owned = append(owned, partition)
	}
	return sorted(owned)
}

func (m *member) poll() error {
	records, err := poll(m.client)
	for _, record := range records {
		if _, known := m.firstOffsets[record.Partition]; !known {
			m.firstOffsets[record.Partition] = record.Offset
		}
		m.tally.total++
		m.tally.distinct[position{record.Partition, record.Offset}] = true
	}
	return err
}

func (m *member) commit(offset int64) error {
	records := make([]*kgo.Record, 0, partitions)
	for _, partition := range m.partitions() {
		// What is committed is the offset after the record's.
		records = append(records, &kgo.Record{Topic: m.topic, Partition: partition, Offset: offset - 1, LeaderEpoch: -1})
	}
	return m.client.CommitRecords(context.Background(), records...)
}

// leave may be called again.
func (m *member) leave() { m.client.Close() }

func (m *member) told() string {
	return fmt.Sprint("a member to have its part of the group's work: it has partitions ", m.partitions())
}
