package server

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"syscall"
	"time"
)

// A program is the process that does the work of a Server: what it logs is all that is known of it.
//
// WHY     The tests start their servers inside of the test binary. Here the same calls start the
// program that ANTIPHON_NATS_SERVER names, so that the tests are about any nats-server.
type program struct {
	command *exec.Cmd
	ended   chan struct{}
	heard   func(level, text string) // gets all lines, in their order

	lock    sync.Mutex
	changed chan struct{} // closed and made anew with each line
	lines   []string
}

const (
	programVariable  = "ANTIPHON_NATS_SERVER"
	programDeadline  = 10 * time.Second
	logFileLookAgain = 5 * time.Millisecond
)

var (
	logLine       = regexp.MustCompile(`^\[\d+\] (?:\S+ \S+ )?\[([A-Z]{3})\] (.*)$`)
	readyLine     = regexp.MustCompile(`^Server is ready$`)
	listeningLine = regexp.MustCompile(`^Listening for client connections on (\S+)$`)
	monitorLine   = regexp.MustCompile(`^Starting (https?) monitor on (\S+)$`)
	idLine        = regexp.MustCompile(`^  ID: +(\S+)$`)
	nameLine      = regexp.MustCompile(`^  Name: +(.*)$`)
	reloadedLine  = regexp.MustCompile(`^(?:Reloaded server configuration|Failed to reload server configuration: (.*))`)
)

// startProgram starts it; what it logs to a file instead of its standard error is read from there.
func startProgram(arguments []string, logFile string, heard func(level, text string)) (*program, error) {
	p := &program{
		command: exec.Command(os.Getenv(programVariable), arguments...),
		ended:   make(chan struct{}), changed: make(chan struct{}), heard: heard,
	}
	output, input, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.command.Stdout, p.command.Stderr = input, input
	if logFile != _EMPTY_ {
		os.Remove(logFile)
	}
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	input.Close()
	fmt.Printf("=== SERVER %d\n", p.command.Process.Pid) // the suite counts who has had one
	collected := make(chan struct{})
	go func() {
		p.collect(output)
		close(collected)
	}()
	go func() {
		p.command.Wait()
		<-collected
		close(p.ended)
	}()
	if logFile != _EMPTY_ {
		go p.follow(logFile)
	}
	return p, nil
}

func (p *program) collect(output io.ReadCloser) {
	defer output.Close()
	for scanner := bufio.NewScanner(output); scanner.Scan(); {
		p.add(scanner.Text())
	}
}

// follow reads a file that grows until the program has ended.
func (p *program) follow(path string) {
	var file *os.File
	var partial []byte
	buffer := make([]byte, 64*1024)
	for {
		if file == nil {
			file, _ = os.Open(path)
		}
		if file != nil {
			if count, _ := file.Read(buffer); count > 0 {
				partial = p.addLines(append(partial, buffer[:count]...))
				continue
			}
		}
		if file != nil && isReplaced(file, path) {
			file.Close()
			file = nil
		}
		select {
		case <-p.ended:
			if file != nil {
				file.Close()
			}
			return
		case <-time.After(logFileLookAgain):
		}
	}
}

// isReplaced tells that the program has set its file aside and begun another one.
func isReplaced(file *os.File, path string) bool {
	here, err := file.Stat()
	if err != nil {
		return true
	}
	there, err := os.Stat(path)
	return err == nil && !os.SameFile(here, there)
}

func (p *program) add(line string) {
	level, text := "ERR", line
	if match := logLine.FindStringSubmatch(line); match != nil {
		level, text = match[1], match[2]
	}
	p.lock.Lock()
	p.lines = append(p.lines, text)
	close(p.changed)
	p.changed = make(chan struct{})
	p.lock.Unlock()
	p.heard(level, text)
}

func (p *program) addLines(text []byte) (partial []byte) {
	begin := 0
	for at, one := range text {
		if one == '\n' {
			p.add(string(text[begin:at]))
			begin = at + 1
		}
	}
	return text[begin:]
}

// find is the first match from this line on, and the number of lines there are.
func (p *program) find(pattern *regexp.Regexp, first int) ([]string, int) {
	p.lock.Lock()
	defer p.lock.Unlock()
	for _, line := range p.lines[first:] {
		if match := pattern.FindStringSubmatch(line); match != nil {
			return match, len(p.lines)
		}
	}
	return nil, len(p.lines)
}

// wait returns the first match from this line on, as soon as there is one.
func (p *program) wait(pattern *regexp.Regexp, first int) ([]string, error) {
	late := time.After(programDeadline)
	for {
		p.lock.Lock()
		changed := p.changed
		p.lock.Unlock()
		if match, _ := p.find(pattern, first); match != nil {
			return match, nil
		}
		select {
		case <-changed:
		case <-p.ended:
			if match, _ := p.find(pattern, first); match != nil {
				return match, nil
			}
			return nil, fmt.Errorf("the server has ended: %q", p.said())
		case <-late:
			return nil, fmt.Errorf("the server did not say %q: %q", pattern, p.said())
		}
	}
}

func (p *program) said() []string {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.lines
}

func (p *program) address(pattern *regexp.Regexp, group int) *net.TCPAddr {
	match, _ := p.find(pattern, 0)
	if match == nil {
		return nil
	}
	address, _ := net.ResolveTCPAddr("tcp", match[group])
	return address
}

func (p *program) signal(number syscall.Signal) { p.command.Process.Signal(number) }

func (p *program) stop() {
	p.signal(syscall.SIGINT)
	select {
	case <-p.ended:
	case <-time.After(programDeadline):
		p.command.Process.Kill()
		<-p.ended
	}
}

func (p *program) isRunning() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}
