package server

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	pathpkg "path"
	"strconv"
	"time"
)

var monitorClient = &http.Client{
	Timeout: programDeadline,
	Transport: &http.Transport{
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true},
		DisableKeepAlives: true,
	},
}

func (s *Server) MonitorAddr() *net.TCPAddr {
	p := programOf(s)
	if p == nil {
		return nil
	}
	return p.address(monitorLine, 2)
}

// page reads a page of the program's monitoring into a value.
func (s *Server) page(path string, query url.Values, into any) error {
	p := programOf(s)
	if p == nil || !p.isRunning() {
		return ErrServerNotRunning
	}
	match, _ := p.find(monitorLine, 0)
	if match == nil {
		needs("monitoring without a port")
	}
	where := url.URL{
		Scheme: match[1], Host: match[2], Path: pathpkg.Join(s.httpBasePath, path), RawQuery: query.Encode(),
	}
	if host, port, err := net.SplitHostPort(match[2]); err == nil && net.ParseIP(host).IsUnspecified() {
		where.Host = net.JoinHostPort("127.0.0.1", port)
	}
	answer, err := monitorClient.Get(where.String())
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK && path != HealthzPath {
		return fmt.Errorf("%s", body)
	}
	return json.Unmarshal(body, into)
}

func (s *Server) Varz(*VarzOptions) (*Varz, error) {
	var varz Varz
	return &varz, s.page(VarzPath, nil, &varz)
}

func (s *Server) Connz(opts *ConnzOptions) (*Connz, error) {
	query := url.Values{}
	if opts != nil {
		set(query, "sort", string(opts.Sort))
		set(query, "auth", opts.Username)
		set(query, "subs", opts.Subscriptions)
		if opts.SubscriptionsDetail {
			query.Set("subs", "detail")
		}
		set(query, "offset", opts.Offset)
		set(query, "limit", opts.Limit)
		set(query, "cid", opts.CID)
		set(query, "mqtt_client", opts.MQTTClient)
		switch opts.State {
		case ConnClosed:
			query.Set("state", "closed")
		case ConnAll:
			query.Set("state", "any")
		}
		set(query, "user", opts.User)
		set(query, "acc", opts.Account)
		if opts.FilterSubject != _EMPTY_ {
			needs("a filter of connections that no page has")
		}
	}
	var connz Connz
	return &connz, s.page(ConnzPath, query, &connz)
}

func (s *Server) Subsz(opts *SubszOptions) (*Subsz, error) {
	query := url.Values{}
	if opts != nil {
		set(query, "subs", opts.Subscriptions)
		set(query, "offset", opts.Offset)
		set(query, "limit", opts.Limit)
		set(query, "acc", opts.Account)
		set(query, "test", opts.Test)
	}
	var subsz Subsz
	return &subsz, s.page(SubszPath, query, &subsz)
}

func (s *Server) Accountz(opts *AccountzOptions) (*Accountz, error) {
	query := url.Values{}
	if opts != nil {
		set(query, "acc", opts.Account)
	}
	var accountz Accountz
	return &accountz, s.page(AccountzPath, query, &accountz)
}

func (s *Server) AccountStatz(opts *AccountStatzOptions) (*AccountStatz, error) {
	query := url.Values{}
	if opts != nil {
		if len(opts.Accounts) != 0 {
			needs("a choice of accounts that no page has")
		}
		set(query, "unused", opts.IncludeUnused)
	}
	var statz AccountStatz
	return &statz, s.page(AccountStatzPath, query, &statz)
}

func (s *Server) Healthz(*HealthzOptions) *HealthStatus { return s.healthz(nil) }

func (s *Server) healthz(*HealthzOptions) *HealthStatus {
	var health HealthStatus
	if err := s.page(HealthzPath, nil, &health); err != nil {
		health.Error = err.Error()
	}
	return &health
}

func (s *Server) Routez(*RoutezOptions) (*Routez, error) {
	var routez Routez
	return &routez, s.page(RoutezPath, nil, &routez)
}

func (s *Server) Gatewayz(*GatewayzOptions) (*Gatewayz, error) {
	var gatewayz Gatewayz
	return &gatewayz, s.page(GatewayzPath, nil, &gatewayz)
}

func (s *Server) Leafz(*LeafzOptions) (*Leafz, error) {
	var leafz Leafz
	return &leafz, s.page(LeafzPath, nil, &leafz)
}

func (s *Server) figures() *Varz {
	varz, err := s.Varz(nil)
	if err != nil || varz.SlowConsumersStats == nil {
		return &Varz{SlowConsumersStats: &SlowConsumersStats{}}
	}
	return varz
}

func (s *Server) NumClients() int { return s.figures().Connections }

func (s *Server) numClients() int { return s.NumClients() }

func (s *Server) NumSubscriptions() uint32 { return s.figures().Subscriptions }

func (s *Server) NumSlowConsumers() int64 { return s.figures().SlowConsumers }

func (s *Server) NumSlowConsumersClients() uint64 {
	return s.figures().SlowConsumersStats.Clients
}

func (s *Server) NumStaleConnections() int64 { return s.figures().StaleConnections }

func (s *Server) NumRoutes() int { return s.figures().Routes }

func (s *Server) NumLeafNodes() int { return s.figures().Leafs }

func (s *Server) ConfigTime() time.Time { return s.figures().ConfigLoadTime }

func set(query url.Values, name string, value any) {
	switch value := value.(type) {
	case string:
		if value != _EMPTY_ {
			query.Set(name, value)
		}
	case bool:
		if value {
			query.Set(name, "1")
		}
	case int:
		if value != 0 {
			query.Set(name, strconv.Itoa(value))
		}
	case uint64:
		if value != 0 {
			query.Set(name, strconv.FormatUint(value, 10))
		}
	}
}
