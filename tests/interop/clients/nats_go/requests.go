package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
)

func requests() {
	add("request.reply", requestReply)
	add("request.concurrent", requestConcurrent)
	add("request.old_style", requestOldStyle)
	add("request.queue_service", requestQueueService)
	add("request.headers", requestHeaders)
	add("request.context", requestContext)
	add("request.no_responders", noResponders)
	add("request.timeout", requestTimeout)
	add("request.many_replies", manyReplies)
}

func serve(nc *nats.Conn, subject string, answer func(*nats.Msg)) {
	_, err := nc.Subscribe(subject, answer)
	needNil(err)
	flush(nc)
}

func upper(message *nats.Msg) { _ = message.Respond(bytes.ToUpper(message.Data)) }

func requestReply() {
	server, client := connect("plain"), connect("plain")
	defer server.Close()
	defer client.Close()
	serve(server, "service", upper)
	reply, err := client.Request("service", []byte("help"), deadline)
	needNil(err)
	need(string(reply.Data) == "HELP", "%q", reply.Data)
}

func requestConcurrent() {
	server, client := connect("plain"), connect("plain")
	defer server.Close()
	defer client.Close()
	serve(server, "service", upper)
	var group sync.WaitGroup
	problems := make(chan error, 500)
	for n := range 500 {
		group.Go(func() {
			reply, err := client.Request("service", fmt.Appendf(nil, "n%d", n), deadline)
			if err == nil && string(reply.Data) != fmt.Sprintf("N%d", n) {
				err = fmt.Errorf("n%d got %q", n, reply.Data)
			}
			if err != nil {
				problems <- err
			}
		})
	}
	group.Wait()
	need(len(problems) == 0, "%d problems", len(problems))
}

func requestOldStyle() {
	nc := connect("plain", nats.UseOldRequestStyle())
	defer nc.Close()
	serve(nc, "service", upper)
	for range 20 {
		reply, err := nc.Request("service", []byte("a"), deadline)
		needNil(err)
		need(string(reply.Data) == "A", "%q", reply.Data)
	}
}

func requestQueueService() {
	server, client := connect("plain"), connect("plain")
	defer server.Close()
	defer client.Close()
	var answered atomic.Int64
	for range 3 {
		_, err := server.QueueSubscribe("pool", "pool", func(message *nats.Msg) {
			answered.Add(1)
			_ = message.Respond(nil)
		})
		needNil(err)
	}
	flush(server)
	for range 100 {
		_, err := client.Request("pool", nil, deadline)
		needNil(err)
	}
	need(answered.Load() == 100, "answered %d times", answered.Load())
}

func requestHeaders() {
	nc := connect("plain")
	defer nc.Close()
	serve(nc, "service", func(message *nats.Msg) {
		reply := nats.NewMsg(message.Reply)
		reply.Header.Set("Seen", message.Header.Get("Give"))
		_ = message.RespondMsg(reply)
	})
	request := nats.NewMsg("service")
	request.Header.Set("Give", "v")
	reply, err := nc.RequestMsg(request, deadline)
	needNil(err)
	need(reply.Header.Get("Seen") == "v", "%v", reply.Header)
}

func requestContext() {
	nc := connect("plain")
	defer nc.Close()
	serve(nc, "service", upper)
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	reply, err := nc.RequestWithContext(ctx, "service", []byte("c"))
	needNil(err)
	need(string(reply.Data) == "C", "%q", reply.Data)
}

func noResponders() {
	nc := connect("plain")
	defer nc.Close()
	_, err := nc.Request("nobody.here", nil, deadline)
	need(errors.Is(err, nats.ErrNoResponders), "%v", err)
}

func requestTimeout() {
	nc := connect("plain")
	defer nc.Close()
	subscribe(nc, "mute")
	_, err := nc.Request("mute", nil, 200*time.Millisecond)
	need(errors.Is(err, nats.ErrTimeout), "%v", err)
}

func manyReplies() {
	nc := connect("plain")
	defer nc.Close()
	for _, name := range []string{"a", "b", "c"} {
		serve(nc, "crowd", func(message *nats.Msg) { _ = message.Respond([]byte(name)) })
	}
	inbox := nc.NewInbox()
	answers := subscribe(nc, inbox)
	needNil(nc.PublishRequest("crowd", inbox, nil))
	var got []string
	for range 3 {
		got = append(got, string(next(answers).Data))
	}
	sort.Strings(got)
	need(fmt.Sprint(got) == "[a b c]", "%v", got)
}
