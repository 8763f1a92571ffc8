package main

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"
)

const (
	maxPayloadBytes = 1024 * 1024
	orderedMessages = 100_000
)

func messaging() {
	add("connect.server_info", serverInfo)
	add("publish.subscribe", publishSubscribe)
	add("publish.between_connections", publishBetweenConnections)
	add("publish.empty_payload", func() { payloadArrives("empty", "") })
	add("publish.binary_payload", func() {
		payloadArrives("binary", everyByte()+"\r\nPING\r\n+OK\r\n")
	})
	add("publish.reply_subject", replySubject)
	add("publish.utf8_subject", utf8Subject)
	add("wildcard.token", func() {
		published := []string{"w.1.end", "w.1.2.end", "w.end", "w.2.end.more", "w.3.end"}
		wildcard("w.*.end", published, []string{"w.1.end", "w.3.end"})
	})
	add("wildcard.tail", func() {
		published := []string{"tail", "tail.1", "tail.1.2.3", "tailor.1"}
		wildcard("tail.>", published, []string{"tail.1", "tail.1.2.3"})
	})
	add("subscribe.overlapping", overlapping)
	add("subscribe.unsubscribe", unsubscribe)
	add("subscribe.auto_unsubscribe", autoUnsubscribe)
	add("subscribe.many", manySubscriptions)
	add("subscribe.fan_out", fanOut)
	add("echo.off", echoOff)
	add("headers.round_trip", headersRoundTrip)
	add("headers.without_payload", headersWithoutPayload)
	add("payload.at_max", func() {
		large := strings.Repeat("Z", maxPayloadBytes)
		payloadArrives("large", large)
	})
	add("payload.over_max", payloadOverMax)
	add("payload.limit_from_info", payloadLimitFromInfo)
	add("order.100k_messages", func() { ordered(url("plain"), orderedMessages) })
}

func everyByte() string {
	all := make([]byte, 256)
	for value := range all {
		all[value] = byte(value)
	}
	return string(all)
}

func serverInfo() {
	nc := connect("plain")
	defer nc.Close()
	need(nc.MaxPayload() == maxPayloadBytes, "max_payload %d", nc.MaxPayload())
	need(nc.HeadersSupported(), "INFO does not offer headers")
	need(nc.ConnectedServerId() != "" && nc.ConnectedServerName() != "", "no id or name")
	need(strings.HasPrefix(nc.ConnectedServerVersion(), "2."), "%s", nc.ConnectedServerVersion())
	id, err := nc.GetClientID()
	need(err == nil && id > 0, "client id %d: %v", id, err)
	ip, err := nc.GetClientIP()
	need(err == nil && ip.IsLoopback(), "client ip %v: %v", ip, err)
}

func publishSubscribe() {
	nc := connect("plain")
	defer nc.Close()
	subscription := subscribe(nc, "greet")
	for n := range 10 {
		publish(nc, "greet", strconv.Itoa(n))
	}
	for n := range 10 {
		got := string(next(subscription).Data)
		need(got == strconv.Itoa(n), "%s instead of %d", got, n)
	}
}

func publishBetweenConnections() {
	one, other := connect("plain"), connect("plain")
	defer one.Close()
	defer other.Close()
	subscription := subscribe(one, "news")
	flush(one)
	publish(other, "news", "x")
	flush(other)
	need(string(next(subscription).Data) == "x", "payload")
}

func payloadArrives(subject, payload string) {
	nc := connect("plain")
	defer nc.Close()
	subscription := subscribe(nc, subject)
	for range 3 {
		publish(nc, subject, payload)
	}
	for range 3 {
		need(bytes.Equal(next(subscription).Data, []byte(payload)), "payload differs")
	}
}

func replySubject() {
	nc := connect("plain")
	defer nc.Close()
	subscription := subscribe(nc, "ask")
	needNil(nc.PublishRequest("ask", "answer.here", []byte("?")))
	need(next(subscription).Reply == "answer.here", "reply subject")
}

func utf8Subject() {
	nc := connect("plain")
	defer nc.Close()
	subscription := subscribe(nc, "größe.*")
	publish(nc, "größe.東京", "x")
	need(next(subscription).Subject == "größe.東京", "subject")
}

func wildcard(pattern string, published, matching []string) {
	nc := connect("plain")
	defer nc.Close()
	subscription := subscribe(nc, pattern)
	for _, subject := range published {
		publish(nc, subject, "")
	}
	var got []string
	for range matching {
		got = append(got, next(subscription).Subject)
	}
	need(slices.Equal(got, matching), "%v", got)
	needQuiet(nc, subscription, "that does not match")
}

func overlapping() {
	nc := connect("plain")
	defer nc.Close()
	var subscriptions []*nats.Subscription
	for _, subject := range []string{"over.lap", "over.lap", "over.*", "over.>"} {
		subscriptions = append(subscriptions, subscribe(nc, subject))
	}
	publish(nc, "over.lap", "x")
	for _, subscription := range subscriptions {
		next(subscription)
		needQuiet(nc, subscription, "twice")
	}
}

func unsubscribe() {
	nc := connect("plain")
	defer nc.Close()
	subscription := subscribe(nc, "gone")
	flush(nc)
	before := nc.Stats().InMsgs
	needNil(subscription.Unsubscribe())
	publish(nc, "gone", "")
	flush(nc)
	need(nc.Stats().InMsgs == before, "delivered after unsubscribe")
}

func autoUnsubscribe() {
	nc, other := connect("plain"), connect("plain")
	defer nc.Close()
	defer other.Close()
	subscription := subscribe(nc, "five")
	needNil(subscription.AutoUnsubscribe(5))
	flush(nc)
	for range 10 {
		publish(other, "five", "")
	}
	flush(other)
	for range 5 {
		next(subscription)
	}
	flush(nc)
	need(nc.Stats().InMsgs == 5, "%d messages reached the client", nc.Stats().InMsgs)
	_, err := subscription.NextMsg(deadline)
	need(errors.Is(err, nats.ErrMaxMessages) || errors.Is(err, nats.ErrBadSubscription), "%v", err)
}

func manySubscriptions() {
	const count = 5_000
	nc := connect("plain")
	defer nc.Close()
	subscriptions := make([]*nats.Subscription, count)
	for n := range count {
		subscriptions[n] = subscribe(nc, "many."+strconv.Itoa(n))
	}
	for n := range count {
		publish(nc, "many."+strconv.Itoa(n), strconv.Itoa(n))
	}
	for n, subscription := range subscriptions {
		need(string(next(subscription).Data) == strconv.Itoa(n), "%d", n)
	}
}

func fanOut() {
	nc := connect("plain")
	defer nc.Close()
	subscriptions := make([]*nats.Subscription, 10)
	for n := range subscriptions {
		subscriptions[n] = subscribe(nc, "fan")
	}
	for n := range 1_000 {
		publish(nc, "fan", strconv.Itoa(n))
	}
	for _, subscription := range subscriptions {
		for n := range 1_000 {
			need(string(next(subscription).Data) == strconv.Itoa(n), "order")
		}
	}
}

func echoOff() {
	nc, other := connect("plain", nats.NoEcho()), connect("plain")
	defer nc.Close()
	defer other.Close()
	own, foreign := subscribe(nc, "echo"), subscribe(other, "echo")
	flush(other)
	publish(nc, "echo", "")
	flush(nc)
	next(foreign)
	needQuiet(nc, own, "from itself")
}

func headersRoundTrip() {
	nc := connect("plain")
	defer nc.Close()
	subscription := subscribe(nc, "headed")
	message := nats.NewMsg("headed")
	message.Data = []byte("body")
	message.Header = nats.Header{
		"Trace-Id": {"abc 123"}, "x-lower": {"a: b"}, "Many": {"one", "two"}, "Empty": {""},
	}
	needNil(nc.PublishMsg(message))
	got := next(subscription)
	need(string(got.Data) == "body", "payload %q", got.Data)
	need(len(got.Header) == len(message.Header), "%v", got.Header)
	for name, values := range message.Header {
		need(slices.Equal(got.Header[name], values), "%s: %v", name, got.Header[name])
	}
}

func headersWithoutPayload() {
	nc := connect("plain")
	defer nc.Close()
	subscription := subscribe(nc, "headed")
	message := nats.NewMsg("headed")
	message.Header.Set("Only", "this")
	needNil(nc.PublishMsg(message))
	got := next(subscription)
	need(got.Header.Get("Only") == "this" && len(got.Data) == 0, "%v", got)
}

func payloadOverMax() {
	nc := connect("plain")
	defer nc.Close()
	err := nc.Publish("large", make([]byte, maxPayloadBytes+1))
	need(errors.Is(err, nats.ErrMaxPayload), "%v", err)
}

func payloadLimitFromInfo() {
	nc := connect("limited")
	defer nc.Close()
	need(nc.MaxPayload() == 1024, "max_payload %d", nc.MaxPayload())
	subscription := subscribe(nc, "small")
	publish(nc, "small", strings.Repeat("x", 1024))
	next(subscription)
}

// ordered: numbered messages from one connection reach another one in order, none missing.
func ordered(target string, count int, options ...nats.Option) {
	writer := connectTo(target, options...)
	defer writer.Close()
	reader := connectTo(target, append(options, nats.SyncQueueLen(count))...)
	defer reader.Close()
	subscription := subscribe(reader, "ordered")
	flush(reader)
	for n := range count {
		publish(writer, "ordered", strconv.Itoa(n))
	}
	flush(writer)
	for n := range count {
		got := string(next(subscription).Data)
		need(got == strconv.Itoa(n), "%s instead of %d", got, n)
	}
}
