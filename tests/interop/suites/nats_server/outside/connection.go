package server

import (
	"io"
	"net"
	"time"
)

// Some tests hand one end of a pipe to their server and feed its parser: here what goes into the
// pipe or the parser goes to the program, and what the program sends comes out of the pipe.

const silentConnect = `CONNECT {"verbose":false,"pedantic":true,"echo":true}` + "\r\n"

func (s *Server) createClient(inside net.Conn) *client {
	if programOf(s) == nil {
		s.Start()
	}
	outside, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		panic(err)
	}
	if !s.info.AuthRequired {
		io.WriteString(outside, silentConnect) // these tests expect no +OK
	}
	go func() {
		io.Copy(inside, outside)
		inside.Close()
	}()
	go func() {
		io.Copy(outside, inside)
		outside.Close()
	}()
	return &client{srv: s, nc: outside, kind: CLIENT}
}

func (s *Server) createClientInProcess(inside net.Conn) *client { return s.createClient(inside) }

func (c *client) parse(bytes []byte) error {
	_, err := c.nc.Write(bytes)
	return err
}

func (s *Server) InProcessConn() (net.Conn, error) {
	needs("a connection inside of the process")
	return nil, nil
}

func (s *Server) GetClient(uint64) *client { return notOutside() }

func (s *Server) getClient(uint64) *client { return notOutside() }

func notOutside() *client {
	needs("the memory of a connection")
	return nil
}

// What the server itself would do for such a connection, the program does.
func (c *client) writeLoop() { c.srv.grWG.Done() }

func (c *client) flushClients(time.Duration) time.Time { return time.Now() }
