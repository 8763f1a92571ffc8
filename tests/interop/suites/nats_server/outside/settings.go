package server

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A setting is an option as a configuration file says it.
type setting struct{ key, value string }

// commandLine tells the program what options the test has: its configuration file as it is, and
// what differs from it as a file of its own.
func (s *Server) commandLine(opts *Options) (arguments []string) {
	base := &Options{}
	if opts.ConfigFile != _EMPTY_ {
		if read, err := ProcessConfigFile(opts.ConfigFile); err == nil {
			base = read
		}
	}
	if opts.HTTPPort == 0 && opts.HTTPSPort == 0 {
		arguments = append(arguments, "-m", "-1") // tests ask for figures
	}
	if opts.NoLog && opts.LogFile == _EMPTY_ && (base.Debug || base.Trace) {
		arguments = append(arguments, "-D=false", "-V=false")
	}
	setBaselineOptions(base)
	different := difference(settings(opts), settings(base))
	if len(different) == 0 && opts.ConfigFile != _EMPTY_ {
		return append(arguments, "-c", opts.ConfigFile)
	}
	directory, err := os.MkdirTemp(_EMPTY_, "outside")
	if err != nil {
		panic(err)
	}
	path := filepath.Join(directory, "server.conf")
	s.atShutdown(func() { os.RemoveAll(directory) })
	write := func() {
		text := configuration(directory, opts, different) + s.resolverSetting(opts)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			panic(err)
		}
	}
	write()
	writers.Store(s, write)
	return append(arguments, "-c", path)
}

func configuration(directory string, opts *Options, different []setting) string {
	var text strings.Builder
	if opts.ConfigFile != _EMPTY_ {
		whole, err := filepath.Abs(opts.ConfigFile)
		if err != nil {
			panic(err)
		}
		relative, err := filepath.Rel(directory, whole)
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(&text, "include %q\n", relative)
	}
	for _, one := range different {
		fmt.Fprintf(&text, "%s: %s\n", one.key, one.value)
	}
	return text.String()
}

func difference(wanted, base []setting) []setting {
	return slices.DeleteFunc(wanted, func(one setting) bool { return slices.Contains(base, one) })
}

// settings is what options of a server by itself come to; others have to be in the test's own file.
func settings(o *Options) []setting {
	var all []setting
	add := func(key, value string) { all = append(all, setting{key, value}) }
	text := func(key, value string) {
		if value != _EMPTY_ {
			add(key, strconv.Quote(value))
		}
	}
	number := func(key string, value int64) { add(key, strconv.FormatInt(value, 10)) }
	span := func(key string, value time.Duration) { add(key, strconv.Quote(value.String())) }
	yes := func(key string, value bool) { add(key, strconv.FormatBool(value)) }

	text("host", o.Host)
	number("port", portInFile(o.Port))
	text("client_advertise", o.ClientAdvertise)
	text("server_name", o.ServerName)
	if o.HTTPHost != o.Host {
		text("http_host", o.HTTPHost)
	}
	if o.HTTPPort != 0 {
		number("http_port", int64(o.HTTPPort))
	}
	if o.HTTPSPort != 0 {
		number("https_port", int64(o.HTTPSPort))
	}
	text("http_base_path", o.HTTPBasePath)
	number("max_connections", int64(o.MaxConn))
	number("max_subscriptions", int64(o.MaxSubs))
	number("max_sub_tokens", int64(o.MaxSubTokens))
	number("max_payload", int64(o.MaxPayload))
	number("max_pending", o.MaxPending)
	number("max_control_line", int64(o.MaxControlLine))
	number("max_closed_clients", int64(o.MaxClosedClients))
	span("ping_interval", o.PingInterval)
	number("ping_max", int64(o.MaxPingsOut))
	span("write_deadline", o.WriteDeadline)
	span("lame_duck_duration", o.LameDuckDuration)
	span("lame_duck_grace_period", o.LameDuckGracePeriod)
	number("max_traced_msg_len", int64(o.MaxTracedMsgLen))
	yes("no_header_support", o.NoHeaderSupport)
	yes("disable_sublist_cache", o.NoSublistCache)
	yes("no_system_account", o.NoSystemAccount)
	yes("logtime_utc", o.LogtimeUTC)
	if !o.NoLog {
		yes("debug", o.Debug)
		yes("trace", o.Trace)
	}
	text("logfile", o.LogFile)
	number("logfile_size_limit", o.LogSizeLimit)
	number("logfile_max_num", o.LogMaxFiles)
	text("pid_file", o.PidFile)
	text("ports_file_dir", o.PortsFileDir)
	text("no_auth_user", o.NoAuthUser)
	text("system_account", o.SystemAccount)
	if len(o.TrustedOperators) == 0 { // else a server has made these of them
		add("trusted_keys", quotedList(o.TrustedKeys))
	}
	add("server_tags", quotedList(o.Tags))
	if len(o.Metadata) != 0 {
		add("server_metadata", pairs(o.Metadata))
	}
	all = append(all, identities(o)...)
	all = append(all, secured(o)...)
	demandOneServer(o)
	return slices.DeleteFunc(all, func(one setting) bool { return one.value == "[]" })
}

// Port 0 is what a server makes of -1 before it listens.
func portInFile(port int) int64 {
	if port == 0 {
		return -1
	}
	return int64(port)
}

func quotedList(texts []string) string {
	quoted := make([]string, len(texts))
	for at, text := range texts {
		quoted[at] = strconv.Quote(text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func pairs(texts map[string]string) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		all = append(all, fmt.Sprintf("%q: %q", name, texts[name]))
	}
	return "{ " + strings.Join(all, ", ") + " }"
}

// demandOneServer refuses what tests give in memory and no file of ours says. That other servers may
// come is nothing yet: a test that starts some gives these a route.
func demandOneServer(o *Options) {
	if o.ConfigFile != _EMPTY_ {
		return
	}
	for what, isThere := range map[string]bool{
		"a cluster":                       len(o.Routes) != 0,
		"a gateway":                       o.Gateway.Name != _EMPTY_,
		"leaf nodes":                      o.LeafNode.Port != 0 || len(o.LeafNode.Remotes) != 0,
		"websockets":                      o.Websocket.Port != 0,
		"MQTT":                            o.MQTT.Port != 0,
		"JetStream":                       o.JetStream,
		"a server that does not listen":   o.DontListen,
		"code that judges logins":         o.CustomClientAuthentication != nil,
		"operators in memory":             len(o.TrustedOperators) != 0,
		"profiling":                       o.ProfPort != 0,
		"a nonce that no option asks for": o.AlwaysEnableNonce,
		"the PROXY protocol":              o.ProxyProtocol,
	} {
		if isThere {
			needs(what)
		}
	}
}
