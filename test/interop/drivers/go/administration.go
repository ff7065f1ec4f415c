package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

var configNames = []string{"cleanup.policy", "max.message.bytes", "min.insync.replicas", "segment.bytes"}

// administration shows cluster, configurations, offsets and the life of a group as administrators see them.
func administration(s scene, _ ...string) (observations, error) {
	ctx := context.Background()
	topic := s.prefix + ".administration"
	admin, err := s.admin()
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	if err = createTopic(admin, topic, 2, oldRecords()); err != nil {
		return nil, err
	}
	if err = fill(s, topic); err != nil {
		return nil, err
	}
	seen := observations{}
	if err = describeCluster(ctx, admin, topic, seen); err != nil {
		return nil, err
	}

	member, err := joinAlone(s, topic)
	if err != nil {
		return nil, err
	}
	defer member.Close()
	if seen["inUse"], err = describeGroup(ctx, admin, topic); err != nil {
		return nil, err
	}
	if seen["listed"], err = isListed(ctx, admin, topic); err != nil {
		return nil, err
	}
	_, refused := admin.DeleteGroup(ctx, topic)
	if seen["deletedInUse"], err = codeOf(refused); err != nil {
		return nil, err
	}
	member.Close()
	described, err := admin.DescribeGroups(ctx, topic)
	if err != nil {
		return nil, err
	}
	seen["empty"] = described[topic].State

	var altered kadm.Offsets
	altered.AddOffset(topic, 0, 3, -1)
	altered.AddOffset(topic, 1, 1, -1)
	if err = admin.CommitAllOffsets(ctx, topic, altered); err != nil {
		return nil, err
	}
	if seen["altered"], err = committed(admin, topic, topic, 2); err != nil {
		return nil, err
	}
	var before kadm.Offsets
	before.AddOffset(topic, 0, 4, -1)
	deleted, err := admin.DeleteRecords(ctx, before)
	if err != nil {
		return nil, err
	}
	if err = deleted.Error(); err != nil {
		return nil, err
	}
	if seen["afterDeleteRecords"], err = offsetsOf(admin.ListStartOffsets(ctx, topic)); err != nil {
		return nil, err
	}
	if _, err = admin.DeleteGroup(ctx, topic); err != nil {
		return nil, err
	}
	if seen["stillListed"], err = isListed(ctx, admin, topic); err != nil {
		return nil, err
	}
	_, refused = admin.DeleteGroup(ctx, topic)
	seen["deletedAgain"], err = codeOf(refused)
	return seen, err
}

func describeCluster(ctx context.Context, admin *kadm.Client, topic string, seen observations) error {
	cluster, err := admin.BrokerMetadata(ctx)
	if err != nil {
		return err
	}
	seen["brokers"] = len(cluster.Brokers)
	seen["isControllerKnown"] = slices.Contains(cluster.Brokers.NodeIDs(), cluster.Controller)
	described, err := admin.DescribeTopicConfigs(ctx, topic)
	if err != nil {
		return err
	}
	configs := map[string]string{}
	for _, config := range described[0].Configs {
		if slices.Contains(configNames, config.Key) {
			configs[config.Key] = config.MaybeValue()
		}
	}
	seen["configs"] = configs
	if seen["earliest"], err = offsetsOf(admin.ListStartOffsets(ctx, topic)); err != nil {
		return err
	}
	if seen["latest"], err = offsetsOf(admin.ListEndOffsets(ctx, topic)); err != nil {
		return err
	}
	seen["byTimestamp"], err = offsetsOf(admin.ListOffsetsAfterMilli(ctx, 3_500, topic))
	return err
}

// fill puts ten records in partition 0 and five in partition 1, a second apart from each other.
func fill(s scene, topic string) error {
	client, err := s.client()
	if err != nil {
		return err
	}
	defer client.Close()
	records := make([]*kgo.Record, 0, 15)
	for index := range 15 {
		timestamp := time.UnixMilli(int64(index%10+1) * 1_000)
		record := &kgo.Record{Topic: topic, Partition: int32(index / 10), Timestamp: timestamp, Value: []byte("v")}
		records = append(records, record)
	}
	return client.ProduceSync(context.Background(), records...).FirstErr()
}

// joinAlone makes a group's only member, which has read everything.
func joinAlone(s scene, topic string) (*kgo.Client, error) {
	client, err := s.client(
		kgo.ConsumerGroup(topic),
		kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.DisableAutoCommit(),
	)
	if err != nil {
		return nil, err
	}
	received := 0
	return client, until(
		func() string { return fmt.Sprint("15 records, got ", received) },
		func() bool { return received >= 15 },
		func() error {
			records, err := poll(client)
			received += len(records)
			return err
		},
	)
}

func describeGroup(ctx context.Context, admin *kadm.Client, name string) (observations, error) {
	described, err := admin.DescribeGroups(ctx, name)
	if err != nil {
		return nil, err
	}
	group := described[name]
	assigned := []int32{}
	for partition := range group.AssignedPartitions()[name] {
		assigned = append(assigned, partition)
	}
	return observations{
		"state":        group.State,
		"protocolType": group.ProtocolType,
		"members":      len(group.Members),
		"assigned":     sorted(assigned),
	}, group.Err
}

func isListed(ctx context.Context, admin *kadm.Client, group string) (bool, error) {
	listed, err := admin.ListGroups(ctx)
	return slices.Contains(listed.Groups(), group), err
}

func offsetsOf(listed kadm.ListedOffsets, err error) ([]int64, error) {
	if err != nil {
		return nil, err
	}
	offsets := []int64{-1, -1}
	listed.Each(func(each kadm.ListedOffset) {
		if each.Err != nil {
			err = each.Err
		}
		offsets[each.Partition] = each.Offset
	})
	return offsets, err
}
