// The service that the tests of nats.go ask for servers, with any server binary behind it.
//
// WHY     Those tests start no server themselves: they send requests like "tester.create.server"
// over NATS to a service of their project, which links the reference server as a library. This
// program answers the same requests by starting the binary that is to be tested.
//
// LIMITS  Single servers only. Clusters, JetStream, websockets and traces are answered with an
// error; tests that need them are on the suite's list of exclusions.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

func main() {
	binary := flag.String("server", "", "the nats-server binary to start")
	directory := flag.String("dir", "", "where configurations and logs go")
	flag.Parse()
	log.SetFlags(0)

	management, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, NoSigs: true})
	if err != nil {
		log.Fatal(err)
	}
	management.Start()
	nc, err := nats.Connect(management.ClientURL())
	if err != nil {
		log.Fatal(err)
	}
	stage := newStage(*binary, *directory)
	for subject, answer := range stage.requests() {
		handle := func(request *nats.Msg) { go respond(request, answer) }
		if _, err := nc.Subscribe(subject, handle); err != nil {
			log.Fatal(err)
		}
	}
	if err := nc.Flush(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("tester at nats://localhost:%d\n", management.Addr().(*net.TCPAddr).Port)
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, syscall.SIGINT)
	<-ended
	stage.clear()
}

func respond(request *nats.Msg, answer func([]byte) (any, error)) {
	reply := nats.NewMsg(request.Reply)
	result, err := answer(request.Data)
	if err == nil {
		reply.Data, err = json.Marshal(result)
	}
	if err != nil {
		log.Printf("%s: %v", request.Subject, err)
		reply.Header.Set("Nats-Service-Error", err.Error())
		reply.Header.Set("Nats-Service-Error-Code", "500")
	}
	if err := request.RespondMsg(reply); err != nil {
		log.Printf("%s: %v", request.Subject, err)
	}
}
