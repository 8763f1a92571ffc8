package main

import (
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/nats-io/nats.go"
)

func queues() {
	add("queue.exactly_once", func() {
		counts := queueCounts([]string{"workers", "workers", "workers", "workers"}, 1_000)
		need(sum(counts) == 1_000 && slices.Min(counts) > 0, "%v", counts)
	})
	add("queue.two_groups", func() {
		counts := queueCounts([]string{"red", "red", "blue", "blue"}, 500)
		need(sum(counts[:2]) == 500 && sum(counts[2:]) == 500, "%v", counts)
	})
	add("queue.beside_plain_subscriber", queueBesidePlain)
}

func sum(counts []int64) (total int64) {
	for _, count := range counts {
		total += count
	}
	return total
}

// queueCounts tells how many messages each member got; members sit on two connections in turn.
func queueCounts(groups []string, messages int) []int64 {
	connections := []*nats.Conn{connect("plain"), connect("plain")}
	defer connections[0].Close()
	defer connections[1].Close()
	counts := make([]int64, len(groups))
	distinct := map[string]bool{}
	for index, group := range groups {
		distinct[group] = true
		count := func(*nats.Msg) { atomic.AddInt64(&counts[index], 1) }
		_, err := connections[index%2].QueueSubscribe("work.*", group, count)
		needNil(err)
	}
	snapshot := func() []int64 {
		now := make([]int64, len(counts))
		for index := range counts {
			now[index] = atomic.LoadInt64(&counts[index])
		}
		return now
	}
	flush(connections[0])
	flush(connections[1])
	for n := range messages {
		publish(connections[0], "work."+strconv.Itoa(n), "")
	}
	expected := int64(messages * len(distinct))
	until(func() bool { return sum(snapshot()) >= expected }, "all messages")
	flush(connections[0])
	flush(connections[1])
	return snapshot()
}

func queueBesidePlain() {
	nc := connect("plain")
	defer nc.Close()
	plain := subscribe(nc, "both")
	var members []*nats.Subscription
	for range 3 {
		members = append(members, member(nc, "both", "q"))
	}
	for range 100 {
		publish(nc, "both", "")
	}
	for range 100 {
		next(plain)
	}
	flush(nc)
	got := 0
	for _, one := range members {
		pending, _, err := one.Pending()
		needNil(err)
		got += pending
	}
	need(got == 100, "the group got %d of 100", got)
}
