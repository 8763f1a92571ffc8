package main

import (
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
)

func lifecycle() {
	add("flush.round_trip", roundTrip)
	add("drain.subscription", drainSubscription)
	add("drain.connection", drainConnection)
	add("reconnect.subscriptions_restored", subscriptionsRestored)
	add("reconnect.publishes_are_buffered", publishesAreBuffered)
	add("reconnect.off_closes", reconnectOffCloses)
	add("lame_duck.moves_to_another_server", lameDuck)
	add("slow_consumer.in_the_client", slowInTheClient)
	add("slow_consumer.stalled_reader_is_closed", stalledReaderIsClosed)
}

// notifier gives a channel and an event handler that puts one value into it.
func notifier() (chan bool, func(*nats.Conn)) {
	happened := make(chan bool, 1)
	return happened, func(*nats.Conn) {
		select {
		case happened <- true:
		default:
		}
	}
}

func reconnecting(options ...nats.Option) []nats.Option {
	return append([]nats.Option{
		func(o *nats.Options) error { o.AllowReconnect = true; return nil },
		nats.MaxReconnects(-1), nats.ReconnectWait(50 * time.Millisecond),
	}, options...)
}

func roundTrip() {
	nc := connect("plain")
	defer nc.Close()
	flush(nc)
	rtt, err := nc.RTT()
	need(err == nil && rtt > 0, "rtt %v: %v", rtt, err)
}

func drainSubscription() {
	nc := connect("plain")
	defer nc.Close()
	var got atomic.Int64
	subscription, err := nc.Subscribe("drained", func(*nats.Msg) {
		time.Sleep(time.Millisecond)
		got.Add(1)
	})
	needNil(err)
	for range 50 {
		publish(nc, "drained", "")
	}
	flush(nc)
	needNil(subscription.Drain())
	until(func() bool { return !subscription.IsValid() }, "drained")
	need(got.Load() == 50, "%d of 50 handled before the drain ended", got.Load())
}

func drainConnection() {
	sender, watcher := connect("plain"), connect("plain")
	defer sender.Close()
	defer watcher.Close()
	closed, onClosed := notifier()
	nc := connect("plain", nats.ClosedHandler(onClosed))
	received := subscribe(watcher, "passed.on")
	flush(watcher)
	serve(nc, "work", func(*nats.Msg) { _ = nc.Publish("passed.on", nil) })
	for range 100 {
		publish(sender, "work", "")
	}
	flush(sender)
	needNil(nc.Drain())
	await(closed, "closed after the drain")
	for range 100 {
		next(received)
	}
}

func subscriptionsRestored() {
	back, onReconnect := notifier()
	nc := connect("volatile", reconnecting(nats.ReconnectHandler(onReconnect))...)
	defer nc.Close()
	plain, shared := subscribe(nc, "kept.*"), member(nc, "shared", "q")
	limited := subscribe(nc, "counted")
	needNil(limited.AutoUnsubscribe(3))
	publish(nc, "counted", "")
	next(limited)
	ask("restart volatile")
	await(back, "reconnected")
	flush(nc)
	other := connect("volatile")
	defer other.Close()
	publish(other, "kept.1", "after")
	publish(other, "shared", "after")
	for range 5 {
		publish(other, "counted", "")
	}
	flush(other)
	need(string(next(plain).Data) == "after" && string(next(shared).Data) == "after", "payload")
	next(limited)
	next(limited)
}

func publishesAreBuffered() {
	gone, onGone := notifier()
	back, onReconnect := notifier()
	nc := connect("volatile", reconnecting(nats.ReconnectHandler(onReconnect),
		nats.DisconnectErrHandler(func(nc *nats.Conn, _ error) { onGone(nc) }))...)
	defer nc.Close()
	subscription := subscribe(nc, "buffered")
	flush(nc)
	ask("stop volatile")
	await(gone, "disconnected")
	for n := range 10 {
		publish(nc, "buffered", strconv.Itoa(n))
	}
	ask("start volatile")
	await(back, "reconnected")
	for n := range 10 {
		need(string(next(subscription).Data) == strconv.Itoa(n), "message %d", n)
	}
}

func reconnectOffCloses() {
	closed, onClosed := notifier()
	nc := connect("volatile", nats.ClosedHandler(onClosed))
	defer nc.Close()
	ask("restart volatile")
	await(closed, "closed")
	need(nc.IsClosed(), "not closed")
}

func lameDuck() {
	notice, onNotice := notifier()
	moved, onMoved := notifier()
	nc := connectTo(url("duck")+","+url("plain"), reconnecting(nats.DontRandomize(),
		nats.LameDuckModeHandler(onNotice), nats.ReconnectHandler(onMoved))...)
	defer nc.Close()
	subscription := subscribe(nc, "moving")
	flush(nc)
	ask("lame-duck duck")
	await(notice, "lame duck notice")
	await(moved, "connected to the other server")
	need(nc.ConnectedUrl() == url("plain"), "%s", nc.ConnectedUrl())
	publish(nc, "moving", "")
	next(subscription)
}

func slowInTheClient() {
	told := make(chan error, 8)
	nc := connect("plain", nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
		select {
		case told <- err:
		default:
		}
	}))
	defer nc.Close()
	subscription := subscribe(nc, "flood")
	needNil(subscription.SetPendingLimits(10, -1))
	for range 100 {
		publish(nc, "flood", "")
	}
	err := await(told, "slow consumer error")
	need(errors.Is(err, nats.ErrSlowConsumer), "%v", err)
}

func stalledReaderIsClosed() {
	nc := connect("slow")
	defer nc.Close()
	ask("stall slow flood")
	chunk := make([]byte, 64*1024)
	for range 256 {
		needNil(nc.Publish("flood", chunk))
		flush(nc)
	}
	ask("closed-reason slow Slow")
}
