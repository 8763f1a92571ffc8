package server

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

var programs sync.Map // *Server -> *program

// Called once each when the server is shut down.
var atShutdown sync.Map // *Server -> func()

func (s *Server) atShutdown(call func()) { atShutdown.Store(s, call) }

func programOf(s *Server) *program {
	if found, ok := programs.Load(s); ok {
		return found.(*program)
	}
	return nil
}

// needs ends a test that cannot be told of a program; the suite reads why.
func needs(what string) {
	panic("needs " + what)
}

func (s *Server) Start() {
	opts := s.getOpts()
	p, err := startProgram(s.commandLine(opts), logFileOf(opts), s.hear)
	if err != nil {
		s.Fatalf("%v", err)
		return
	}
	programs.Store(s, p)
	if _, err := p.wait(readyLine, 0); err != nil {
		fmt.Println(err)
		s.listenerErr = err
		return
	}
	s.mu.Lock()
	if id, _ := p.find(idLine, 0); id != nil {
		s.info.ID = id[1]
	}
	if name, _ := p.find(nameLine, 0); name != nil {
		s.info.Name = name[1]
	}
	s.configTime = time.Now().UTC()
	s.mu.Unlock()
	s.optsMu.Lock()
	if address := p.address(listeningLine, 1); address != nil {
		opts.Port = address.Port
	}
	s.optsMu.Unlock()
	s.running.Store(true)
}

func (s *Server) hear(level, text string) {
	switch level {
	case "INF":
		s.Noticef("%s", text)
	case "WRN":
		s.Warnf("%s", text)
	case "DBG":
		s.Debugf("%s", text)
	case "TRC":
		s.Tracef("%s", text)
	case "FTL":
		s.Fatalf("%s", text)
	default:
		s.Errorf("%s", text)
	}
}

// The program has its own log; the tests' loggers hear what it says.
func (s *Server) ConfigureLogger() {}

func (s *Server) readyForConnections(wait time.Duration) error {
	for end := time.Now().Add(wait); ; time.Sleep(time.Millisecond) {
		if s.Running() {
			return nil
		}
		if p := programOf(s); p != nil && !p.isRunning() {
			return fmt.Errorf("failed to be ready for connections: %q", p.said())
		}
		if time.Now().After(end) {
			return errors.New("failed to be ready for connections in time")
		}
	}
}

func (s *Server) Running() bool {
	p := programOf(s)
	return s.running.Load() && p != nil && p.isRunning()
}

func (s *Server) isRunning() bool { return s.Running() }

func (s *Server) Shutdown() {
	if s == nil || !s.shutdown.CompareAndSwap(false, true) {
		return
	}
	s.running.Store(false)
	if p := programOf(s); p != nil {
		p.stop()
	}
	if call, ok := atShutdown.LoadAndDelete(s); ok {
		call.(func())()
	}
	select {
	case <-s.quitCh:
	default:
		close(s.quitCh)
	}
}

func (s *Server) WaitForShutdown() {
	if p := programOf(s); p != nil {
		<-p.ended
	}
}

func (s *Server) lameDuckMode() {
	p := programOf(s)
	p.signal(syscall.SIGUSR2)
	<-p.ended
	s.Shutdown()
}

func (s *Server) LameDuckShutdown() { s.lameDuckMode() }

func (s *Server) ReOpenLogFile() { programOf(s).signal(syscall.SIGUSR1) }

func (s *Server) Addr() net.Addr {
	if p := programOf(s); p != nil {
		if address := p.address(listeningLine, 1); address != nil {
			return address
		}
	}
	return nil
}

// Reload returns when the program has said whether it took the file's new content.
func (s *Server) Reload() error {
	s.mu.RLock()
	file := s.configFile
	s.mu.RUnlock()
	if file == _EMPTY_ {
		return errors.New("can only reload config when a file is provided using -c or --config")
	}
	p := programOf(s)
	_, before := p.find(reloadedLine, 0)
	p.signal(syscall.SIGHUP)
	match, err := p.wait(reloadedLine, before)
	if err != nil {
		return err
	}
	if reason := match[1]; reason != _EMPTY_ {
		return errors.New(reason)
	}
	if failed := strings.HasPrefix(match[0], "Failed"); failed {
		return errors.New(match[0])
	}
	return s.takeOver(file)
}

// takeOver is for tests that look at the options: the program has these now.
func (s *Server) takeOver(file string) error {
	fresh, err := ProcessConfigFile(file)
	if err != nil {
		return nil // an environment variable has gone since
	}
	old := s.getOpts()
	fresh.NoLog, fresh.NoSigs = old.NoLog, old.NoSigs
	setBaselineOptions(fresh)
	if fresh.Port == 0 {
		fresh.Port = old.Port
	}
	s.setOpts(fresh)
	s.mu.Lock()
	s.configTime = time.Now().UTC()
	s.mu.Unlock()
	return nil
}

func (s *Server) ReloadOptions(*Options) error {
	needs("options that are handed over in memory")
	return nil
}

// logFileOf is where the program logs to instead of its standard error.
func logFileOf(opts *Options) string {
	if opts.LogFile == _EMPTY_ {
		return _EMPTY_
	}
	if _, err := os.Stat(opts.LogFile); err == nil {
		os.Remove(opts.LogFile)
	}
	return opts.LogFile
}
