package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	deadline = 20 * time.Second
	poll     = 5 * time.Millisecond
)

// A check fails by calling one of the need functions, which panic with a failure.
type check struct {
	name string
	run  func()
}

type failure string

var (
	world   = map[string]string{}
	checks  []check
	results = json.NewEncoder(os.Stdout)
	answers = bufio.NewReader(os.Stdin)
)

func add(name string, run func()) { checks = append(checks, check{name, run}) }

func need(ok bool, format string, values ...any) {
	if !ok {
		panic(failure(fmt.Sprintf(format, values...)))
	}
}

func needNil(err error) { need(err == nil, "%v", err) }

func readWorld(path string) {
	text, err := os.ReadFile(path)
	needNil(err)
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		key, value, _ := strings.Cut(line, " ")
		world[key] = value
	}
}

// ask has the driver do something with a server.
func ask(request string) {
	_ = results.Encode(map[string]string{"do": request})
	reply, err := answers.ReadString('\n')
	needNil(err)
	need(strings.HasPrefix(reply, "ok"), "driver: %s", reply)
}

func url(server string) string { return "nats://127.0.0.1:" + world[server+".port"] }

func tlsURL(server string) string { return "tls://localhost:" + world[server+".port"] }

// connect returns a connection that never reconnects unless an option says otherwise.
func connect(server string, options ...nats.Option) *nats.Conn {
	return connectTo(url(server), options...)
}

func connectTo(target string, options ...nats.Option) *nats.Conn {
	nc, err := nats.Connect(target, append([]nats.Option{nats.NoReconnect()}, options...)...)
	needNil(err)
	return nc
}

func flush(nc *nats.Conn) { needNil(nc.FlushTimeout(deadline)) }

func publish(nc *nats.Conn, subject string, data string) {
	needNil(nc.Publish(subject, []byte(data)))
}

func subscribe(nc *nats.Conn, subject string) *nats.Subscription {
	subscription, err := nc.SubscribeSync(subject)
	needNil(err)
	needNil(subscription.SetPendingLimits(-1, -1))
	return subscription
}

func member(nc *nats.Conn, subject, queue string) *nats.Subscription {
	subscription, err := nc.QueueSubscribeSync(subject, queue)
	needNil(err)
	return subscription
}

func next(subscription *nats.Subscription) *nats.Msg {
	message, err := subscription.NextMsg(deadline)
	need(err == nil, "%s: %v", subscription.Subject, err)
	return message
}

// needQuiet: nothing more is on its way, a round trip to the server brings no message.
func needQuiet(nc *nats.Conn, subscription *nats.Subscription, why string) {
	flush(nc)
	pending, _, err := subscription.Pending()
	needNil(err)
	need(pending == 0, "a message arrived %s", why)
}

func await[T any](event <-chan T, what string) T {
	select {
	case value := <-event:
		return value
	case <-time.After(deadline):
		panic(failure(what + ": not in time"))
	}
}

// until polls what the library offers no event for.
func until(condition func() bool, what string) {
	for end := time.Now().Add(deadline); !condition(); time.Sleep(poll) {
		need(time.Now().Before(end), "%s: not in time", what)
	}
}

func runOne(one check) {
	detail := ""
	defer func() {
		ok := true
		if problem := recover(); problem != nil {
			ok, detail = false, fmt.Sprint(problem)
		}
		_ = results.Encode(map[string]any{"check": one.name, "ok": ok, "detail": detail})
	}()
	one.run()
}
