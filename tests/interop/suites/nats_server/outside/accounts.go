package server

import (
	"fmt"
	"strings"
	"sync"
	"syscall"
)

// Accounts that tests keep in memory are the program's preloaded ones; what tests add later it learns
// by a reload.
var writers sync.Map // *Server -> func(), which writes the program's configuration anew

func (s *Server) resolverSetting(o *Options) string {
	resolver, ok := s.AccountResolver().(*MemAccResolver)
	if o.ConfigFile != _EMPTY_ || len(o.TrustedKeys) == 0 {
		return _EMPTY_
	}
	text := "resolver: MEMORY\n"
	if !ok {
		return text
	}
	var preloaded []string
	resolver.sm.Range(func(name, token any) bool {
		preloaded = append(preloaded, fmt.Sprintf("%s: %q", name, token))
		return true
	})
	if len(preloaded) == 0 {
		return text
	}
	return text + "resolver_preload: {\n " + strings.Join(preloaded, "\n ") + "\n}\n"
}

func (m *MemAccResolver) Store(name, token string) error {
	m.sm.Store(name, token)
	programs.Range(func(key, _ any) bool {
		if s := key.(*Server); s.AccountResolver() == m {
			s.renewAccounts()
		}
		return true
	})
	return nil
}

func (s *Server) SetAccountResolver(resolver AccountResolver) {
	s.mu.Lock()
	s.accResolver = resolver
	s.mu.Unlock()
	s.renewAccounts()
}

func (s *Server) renewAccounts() {
	write, ok := writers.Load(s)
	p := programOf(s)
	if !ok || p == nil || !p.isRunning() {
		return
	}
	write.(func())()
	_, before := p.find(reloadedLine, 0)
	p.signal(syscall.SIGHUP)
	p.wait(reloadedLine, before)
}
