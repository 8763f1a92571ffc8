package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"sync"

	"github.com/nats-io/nuid"
	"github.com/synadia-io/orbit.go/ntf-client/api"
)

// A stage holds all servers that the tests have asked for.
type stage struct {
	binary, directory string

	lock    sync.Mutex
	servers map[string]*managed // by name; the name of a single server is also its instance's id
}

func newStage(binary, directory string) *stage {
	return &stage{binary: binary, directory: directory, servers: map[string]*managed{}}
}

var errNotOffered = errors.New("not offered by this tester: single servers only")

func (s *stage) requests() map[string]func([]byte) (any, error) {
	notOffered := func([]byte) (any, error) { return nil, errNotOffered }
	return map[string]func([]byte) (any, error){
		"tester.create.server":        decoded(s.create),
		"tester.create.cluster":       notOffered,
		"tester.create.super-cluster": notOffered,
		"tester.destroy":              decoded(s.destroy),
		"tester.stop.server":          decoded(s.stop),
		"tester.start.server":         decoded(s.start),
		"tester.update.server":        decoded(s.update),
		"tester.reload.server":        decoded(s.reload),
	}
}

func decoded[Request any](answer func(Request) (any, error)) func([]byte) (any, error) {
	return func(data []byte) (any, error) {
		var request Request
		if err := json.Unmarshal(data, &request); err != nil {
			return nil, err
		}
		return answer(request)
	}
}

func (s *stage) create(request api.CreateServerRequest) (any, error) {
	if request.JetStream || request.Trace || request.Snippets["websocket"] != "" {
		return nil, errNotOffered
	}
	name := nuid.Next()
	log.Printf("server for %s", request.Description)
	made := &managed{name: name, binary: s.binary, directory: filepath.Join(s.directory, name)}
	if err := os.MkdirAll(made.directory, 0o700); err != nil {
		return nil, err
	}
	if err := made.prepare(request); err != nil {
		return nil, err
	}
	if err := made.start(); err != nil {
		return nil, err
	}
	s.lock.Lock()
	s.servers[name] = made
	s.lock.Unlock()
	return api.CreateResponse{
		ID: name, Kind: "server", Description: request.Description, TLS: made.clientMaterial,
		Servers: []*api.ManagedServer{{Name: name, Port: made.port, Running: true}},
	}, nil
}

func (s *stage) find(name string) (*managed, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if found := s.servers[name]; found != nil {
		return found, nil
	}
	return nil, fmt.Errorf("no server %q", name)
}

func (s *stage) destroy(request api.DestroyRequest) (any, error) {
	found, err := s.find(request.InstanceID)
	if err != nil {
		return nil, err
	}
	found.stop()
	s.lock.Lock()
	delete(s.servers, found.name)
	s.lock.Unlock()
	return api.DestroyResponse{Destroyed: true}, os.RemoveAll(found.directory)
}

func (s *stage) stop(request api.StopServerRequest) (any, error) {
	found, err := s.find(request.Name)
	if err != nil {
		return nil, err
	}
	found.stop()
	return api.StopServerResponse{Shutdown: true}, nil
}

func (s *stage) start(request api.StartServerRequest) (any, error) {
	found, err := s.find(request.Name)
	if err != nil {
		return nil, err
	}
	return api.StartServerResponse{Started: true}, found.start()
}

func (s *stage) update(request api.UpdateServerRequest) (any, error) {
	found, err := s.find(request.Name)
	if err != nil {
		return nil, err
	}
	if request.TLSTimeout != nil && found.tls != nil {
		found.tls.Timeout = *request.TLSTimeout
	}
	err = found.configure(request.Snippets, request.Template)
	return api.UpdateServerResponse{Updated: err == nil}, err
}

func (s *stage) reload(request api.ReloadServerRequest) (any, error) {
	found, err := s.find(request.Name)
	if err != nil {
		return nil, err
	}
	return api.ReloadServerResponse{Reloaded: true}, found.reload()
}

func (s *stage) clear() {
	s.lock.Lock()
	defer s.lock.Unlock()
	for _, one := range s.servers {
		one.stop()
	}
}
