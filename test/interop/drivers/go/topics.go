package main

import (
	"context"

	"github.com/twmb/franz-go/pkg/kadm"
)

const retention = "retention.ms"

func topics(s scene, _ ...string) (observations, error) {
	ctx := context.Background()
	admin, err := s.admin()
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	topic := s.prefix + ".topics"
	seen := observations{}
	if err = createTopic(admin, topic, 3, map[string]*string{retention: kadm.StringPtr("3600000")}); err != nil {
		return nil, err
	}
	seen["created"] = true
	if seen["again"], err = codeOf(createTopic(admin, topic, 1, nil)); err != nil {
		return nil, err
	}
	if seen["invalid"], err = codeOf(createTopic(admin, "no topic name", 1, nil)); err != nil {
		return nil, err
	}
	if seen["partitions"], err = countPartitions(admin, topic); err != nil {
		return nil, err
	}
	before, err := retentionOf(admin, topic)
	if err != nil {
		return nil, err
	}
	seen["retention"] = before

	longer := []kadm.AlterConfig{{Op: kadm.SetConfig, Name: retention, Value: kadm.StringPtr("7200000")}}
	altered, err := admin.AlterTopicConfigs(ctx, longer, topic)
	if err != nil {
		return nil, err
	}
	if err = altered[0].Err; err != nil {
		return nil, err
	}
	if err = untilTrue("the altered configuration", func() (bool, error) {
		now, err := retentionOf(admin, topic)
		seen["altered"] = now
		return now != before, err
	}); err != nil {
		return nil, err
	}

	grown, err := admin.UpdatePartitions(ctx, 5, topic)
	if err != nil {
		return nil, err
	}
	if err = grown.Error(); err != nil {
		return nil, err
	}
	if err = untilTrue("the new partitions", func() (bool, error) {
		now, err := countPartitions(admin, topic)
		seen["grown"] = now
		return now != 3, err
	}); err != nil {
		return nil, err
	}

	if _, err = admin.DeleteTopic(ctx, topic); err != nil {
		return nil, err
	}
	if err = untilTrue("the end of the topic", func() (bool, error) {
		listed, err := admin.ListTopics(ctx)
		return !listed.Has(topic), err
	}); err != nil {
		return nil, err
	}
	_, err = admin.DeleteTopic(ctx, topic)
	seen["deletedAgain"], err = codeOf(err)
	return seen, err
}

func countPartitions(admin *kadm.Client, topic string) (int, error) {
	listed, err := admin.ListTopics(context.Background(), topic)
	return len(listed[topic].Partitions), err
}

func retentionOf(admin *kadm.Client, topic string) (string, error) {
	described, err := admin.DescribeTopicConfigs(context.Background(), topic)
	if err != nil {
		return "", err
	}
	resource, err := described.On(topic, nil)
	if err != nil {
		return "", err
	}
	for _, config := range resource.Configs {
		if config.Key == retention {
			return config.MaybeValue(), resource.Err
		}
	}
	return "", resource.Err
}
