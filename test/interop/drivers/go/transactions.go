package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// transactions has a committed and an aborted transaction with offsets of a group, and a successor's, which fences the
// first producer. franz-go's way to a group's offsets in a transaction is a session that consumes what they are of.
func transactions(s scene, _ ...string) (observations, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*deadline)
	defer cancel()
	topic, source, groupID := s.prefix+".transactions", s.prefix+".transactions-source", s.prefix+".transactions-group"
	admin, err := s.admin()
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	if err = errors.Join(createTopic(admin, topic, 2, nil), createTopic(admin, source, 1, nil)); err != nil {
		return nil, err
	}
	plain, err := s.client()
	if err != nil {
		return nil, err
	}
	defer plain.Close()
	if err = produceSync(plain, source, 0, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"); err != nil {
		return nil, err
	}
	transactionalID := kgo.TransactionalID(s.prefix + ".transactional-id")
	old, err := kgo.NewGroupTransactSession(
		kgo.SeedBrokers(s.bootstrap),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		transactionalID,
		kgo.ConsumerGroup(groupID),
		kgo.ConsumeTopics(source),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.FetchMaxWait(100*time.Millisecond),
		kgo.HeartbeatInterval(200*time.Millisecond),
	)
	if err != nil {
		return nil, err
	}
	defer old.Close()
	groupOffset := func() (int64, error) {
		offsets, err := committed(admin, groupID, source, 1)
		if err != nil {
			return 0, err
		}
		return offsets[0], nil
	}
	seen := observations{}
	if err = transact(ctx, old, topic, "committed", 5, kgo.TryCommit); err != nil {
		return nil, err
	}
	// The transaction's markers, and with them its offsets, may come a moment after the answer to the commit.
	if err = untilTrue("the committed offset", func() (bool, error) {
		offset, err := groupOffset()
		seen["offsetAfterCommit"] = offset
		return offset >= 0, err
	}); err != nil {
		return nil, err
	}
	if err = transact(ctx, old, topic, "aborted", 4, kgo.TryAbort); err != nil {
		return nil, err
	}
	if seen["offsetAfterAbort"], err = groupOffset(); err != nil {
		return nil, err
	}

	next, err := s.client(transactionalID)
	if err != nil {
		return nil, err
	}
	defer next.Close()
	if err = next.BeginTransaction(); err != nil {
		return nil, err
	}
	if err = sendTo(next, topic, "later", 2); err != nil {
		return nil, err
	}
	if err = next.EndTransaction(ctx, kgo.TryCommit); err != nil {
		return nil, err
	}
	// Which of PRODUCER_FENCED and INVALID_PRODUCER_EPOCH it is, is each client's choice.
	seen["fenced"] = transact(ctx, old, topic, "fenced", 0, kgo.TryCommit) != nil
	if err = sendTo(plain, topic, "end", 1); err != nil {
		return nil, err
	}
	if seen["readCommitted"], err = readAll(s, topic, kgo.ReadCommitted()); err != nil {
		return nil, err
	}
	seen["readUncommitted"], err = readAll(s, topic, kgo.ReadUncommitted())
	return seen, err
}

// transact consumes that many records and produces others in one transaction.
func transact(
	ctx context.Context, session *kgo.GroupTransactSession, topic, name string, consume int, end kgo.TransactionEndTry,
) error {
	if err := session.Begin(); err != nil {
		return err
	}
	for consume > 0 {
		fetches := session.PollRecords(ctx, consume)
		if err := fetches.Err(); err != nil {
			return err
		}
		consume -= fetches.NumRecords()
	}
	if err := sendTo(session.Client(), topic, name, 2); err != nil {
		return err
	}
	committed, err := session.End(ctx, end)
	if err == nil && committed != bool(end) {
		return fmt.Errorf("the transaction of %s was to end with commit %v, and did with %v", name, end, committed)
	}
	return err
}

func sendTo(client *kgo.Client, topic, name string, count int) error {
	for partition := range int32(2) {
		for index := range count {
			if err := produceSync(client, topic, partition, fmt.Sprintf("%s-%d-%d", name, partition, index)); err != nil {
				return err
			}
		}
	}
	return nil
}

func readAll(s scene, topic string, isolation kgo.IsolationLevel) ([]string, error) {
	client, err := s.client(
		kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(isolation),
	)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	var values []string
	err = until(
		func() string { return fmt.Sprint("the end of the topic after ", values) },
		func() bool { return slices.Contains(values, "end-0-0") && slices.Contains(values, "end-1-0") },
		func() error {
			records, err := poll(client)
			for _, record := range records {
				values = append(values, string(record.Value))
			}
			return err
		},
	)
	return sorted(values), err
}
