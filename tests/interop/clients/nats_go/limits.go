package main

import (
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"
)

func limits() {
	add("limits.max_connections", maxConnections)
	add("limits.max_subscriptions", maxSubscriptions)
}

// maxConnections: the client's error depends on whether it still writes when the server closes.
func maxConnections() {
	one, two := connect("crowded"), connect("crowded")
	defer one.Close()
	defer two.Close()
	third, err := nats.Connect(url("crowded"), nats.NoReconnect())
	if err == nil {
		err = third.FlushTimeout(deadline)
		third.Close()
	}
	need(err != nil, "a third connection was accepted")
	ask("closed-reason crowded Maximum")
}

func maxSubscriptions() {
	told := make(chan error, 8)
	nc := connect("limited", nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
		told <- err
	}))
	defer nc.Close()
	var last *nats.Subscription
	for n := range 5 {
		last = subscribe(nc, "s."+strconv.Itoa(n))
	}
	subscribe(nc, "s.5")
	err := await(told, "error from the server")
	said := strings.ToLower(err.Error())
	need(strings.Contains(said, "maximum subscriptions exceeded"), "%s", said)
	publish(nc, "s.4", "")
	next(last)
}
