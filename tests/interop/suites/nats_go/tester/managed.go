package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"text/template"
	"time"

	"github.com/synadia-io/orbit.go/ntf-client/api"
)

const deadline = 20 * time.Second

var (
	ready    = regexp.MustCompile(`Server is ready`)
	reloaded = regexp.MustCompile(`Reloaded server configuration`)
)

// A managed server keeps its port, configuration and certificates while it is stopped.
type managed struct {
	name, binary, directory string
	port                    int
	tls                     *api.TLSOptions
	tlsFiles                *tlsFiles
	clientMaterial          *api.TLSMaterial

	process *exec.Cmd
	lines   chan string
	ended   chan struct{}
}

// The parts of the configuration that tests may give, in the order in which they are written.
var slots = []string{"top", "accounts", "system_account", "authorization", "tls"}

// What templates in those parts may refer to.
type environment struct {
	ServerName, ServerDir, StoreDir, Host string
	ClientPort                            int
	Ports                                 map[string]int
	TLS                                   *tlsFiles
}

func (m *managed) prepare(request api.CreateServerRequest) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	m.port = listener.Addr().(*net.TCPAddr).Port
	if err := listener.Close(); err != nil {
		return err
	}
	if request.TLS != nil {
		m.tls = request.TLS
		m.tlsFiles, m.clientMaterial, err = makeCertificates(m.directory, request.TLS)
		if err != nil {
			return err
		}
	}
	return m.configure(request.Snippets, request.Template)
}

func (m *managed) configPath() string { return filepath.Join(m.directory, "server.conf") }

// configure writes the whole configuration anew; the server sees it when it starts or reloads.
func (m *managed) configure(snippets map[string]string, whole string) error {
	text := whole
	if text == "" {
		where := fmt.Sprintf("server_name: %q\nlisten: \"127.0.0.1:%d\"\n", m.name, m.port)
		parts := []string{where}
		for _, slot := range slots {
			parts = append(parts, snippets[slot])
		}
		text = strings.Join(append(parts, m.tlsBlock()), "\n")
	}
	parsed, err := template.New("config").Parse(text)
	if err != nil {
		return err
	}
	out, err := os.Create(m.configPath())
	if err != nil {
		return err
	}
	defer out.Close()
	return parsed.Execute(out, environment{
		ServerName: m.name, ServerDir: m.directory, StoreDir: m.directory, Host: "localhost",
		ClientPort: m.port, Ports: map[string]int{}, TLS: m.tlsFiles,
	})
}

func (m *managed) tlsBlock() string {
	if m.tls == nil {
		return ""
	}
	timeout := m.tls.Timeout
	if timeout == 0 {
		timeout = 2
	}
	handshakeFirst := ""
	if m.tls.HandshakeFirst {
		handshakeFirst = "handshake_first: true"
	}
	return fmt.Sprintf("tls {\n cert_file: %q\n key_file: %q\n ca_file: %q\n"+
		" verify: %t\n timeout: %g\n %s\n}\n",
		m.tlsFiles.CertFile, m.tlsFiles.KeyFile, m.tlsFiles.CAFile,
		m.tls.Mode != api.TLSModeServer, timeout, handshakeFirst)
}

func (m *managed) start() error {
	m.process = exec.Command(m.binary, "-c", m.configPath())
	output, err := m.process.StderrPipe()
	if err != nil {
		return err
	}
	if err := m.process.Start(); err != nil {
		return err
	}
	m.lines, m.ended = make(chan string, 1024), make(chan struct{})
	go m.collect(output)
	return m.waitFor(ready)
}

func (m *managed) collect(output io.Reader) {
	for scanner := bufio.NewScanner(output); scanner.Scan(); {
		select {
		case m.lines <- scanner.Text():
		default: // nobody waits for a line any more
		}
	}
	_ = m.process.Wait()
	close(m.ended)
}

// waitFor returns when the server has said what matches; lines before it are dropped.
func (m *managed) waitFor(pattern *regexp.Regexp) error {
	late := time.After(deadline)
	var said []string
	for {
		select {
		case line := <-m.lines:
			said = append(said, line)
			if pattern.MatchString(line) {
				return nil
			}
		case <-m.ended:
			return fmt.Errorf("the server has ended: %q", said)
		case <-late:
			return fmt.Errorf("the server did not say %q: %q", pattern, said)
		}
	}
}

func (m *managed) reload() error {
	for len(m.lines) > 0 {
		<-m.lines
	}
	if err := m.process.Process.Signal(syscall.SIGHUP); err != nil {
		return err
	}
	return m.waitFor(reloaded)
}

func (m *managed) stop() {
	_ = m.process.Process.Signal(syscall.SIGTERM)
	select {
	case <-m.ended:
	case <-time.After(deadline):
		_ = m.process.Process.Kill()
		<-m.ended
	}
}
