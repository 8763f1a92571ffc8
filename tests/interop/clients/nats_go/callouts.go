package main

import (
	"os"
	"strings"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

const calloutSubject = "$SYS.REQ.USER.AUTH"

// What a service decides about one request: a user, a reason against it, or nothing at all.
type decision struct {
	user   *jwt.UserClaims
	reason string
	silent bool
}

// A service as the documentation of NATS has it, made of its own libraries.
type calloutService struct {
	nc       *nats.Conn
	issuer   nkeys.KeyPair
	curve    nkeys.KeyPair // nil: in clear
	clear    bool          // does not seal its answers
	requests chan *jwt.AuthorizationRequestClaims
	decide   func(*jwt.AuthorizationRequestClaims) decision
}

func pairOf(name string) nkeys.KeyPair {
	seed, err := os.ReadFile(world[name])
	needNil(err)
	pair, err := nkeys.FromSeed([]byte(strings.TrimSpace(string(seed))))
	needNil(err)
	return pair
}

func serveCallout(server string, curve nkeys.KeyPair, options []nats.Option,
	decide func(*jwt.AuthorizationRequestClaims) decision) *calloutService {
	service := &calloutService{nc: connect(server, options...), issuer: pairOf("account.seed"), curve: curve,
		requests: make(chan *jwt.AuthorizationRequestClaims, 16), decide: decide}
	_, err := service.nc.Subscribe(calloutSubject, service.answer)
	needNil(err)
	flush(service.nc)
	return service
}

func (s *calloutService) answer(m *nats.Msg) {
	data := m.Data
	server := m.Header.Get("Nats-Server-Xkey")
	if s.curve != nil {
		opened, err := s.curve.Open(data, server)
		if err != nil {
			_ = m.Respond([]byte(err.Error()))
			return
		}
		data = opened
	}
	request, err := jwt.DecodeAuthorizationRequestClaims(string(data))
	if err != nil {
		_ = m.Respond([]byte(err.Error()))
		return
	}
	s.requests <- request
	decided := s.decide(request)
	if decided.silent {
		return
	}
	response := jwt.NewAuthorizationResponseClaims(request.UserNkey)
	response.Audience = request.Server.ID
	response.Error = decided.reason
	if decided.user != nil {
		response.Jwt, err = decided.user.Encode(s.issuer)
		needNil(err)
	}
	token, err := response.Encode(s.issuer)
	needNil(err)
	reply := []byte(token)
	if s.curve != nil && !s.clear {
		reply, err = s.curve.Seal(reply, server)
		needNil(err)
	}
	_ = m.Respond(reply)
}

func (s *calloutService) asked() *jwt.AuthorizationRequestClaims {
	select {
	case request := <-s.requests:
		return request
	case <-time.After(deadline):
		panic(failure("the service was not asked"))
	}
}

// A user in the account "ACME", as the library makes one.
func calloutUser(request *jwt.AuthorizationRequestClaims, change func(*jwt.UserClaims)) decision {
	user := jwt.NewUserClaims(request.UserNkey)
	user.Audience = "ACME"
	if change != nil {
		change(user)
	}
	return decision{user: user}
}

func byPassword(change func(*jwt.UserClaims)) func(*jwt.AuthorizationRequestClaims) decision {
	return func(request *jwt.AuthorizationRequestClaims) decision {
		if request.ConnectOptions.Username != "dlc" || request.ConnectOptions.Password != "zzz" {
			return decision{reason: "unknown"}
		}
		return calloutUser(request, change)
	}
}

// A service that has just gone may still be asked, and then the broker waits as long as the library would by default.
func refusedBy(server string, options ...nats.Option) {
	nc, err := nats.Connect(url(server), append([]nats.Option{nats.NoReconnect(), nats.Timeout(deadline)}, options...)...)
	if err == nil {
		nc.Close()
	}
	need(err != nil && strings.Contains(err.Error(), "Authorization Violation"), "%v", err)
}

func callouts() {
	login := []nats.Option{nats.UserInfo("auth", "pwd")}
	dlc := nats.UserInfo("dlc", "zzz")
	add("callout.let_in", func() {
		service := serveCallout("callout", nil, login, byPassword(nil))
		defer service.nc.Close()
		nc := connect("callout", dlc, nats.Name("a client"))
		defer nc.Close()
		request := service.asked()
		public := request.Server.ID
		need(nkeys.IsValidPublicServerKey(public) && request.Issuer == public, "signed by %s", request.Issuer)
		need(public == nc.ConnectedServerId(), "another server asked")
		results := jwt.CreateValidationResults()
		request.Validate(results)
		need(results.IsEmpty(), "%v", results.Issues)
		need(request.Audience == "nats-authorization-request", "for %s", request.Audience)
		need(request.ClientInformation.Name == "a client" && request.ClientInformation.Host == "127.0.0.1",
			"%v", request.ClientInformation)
		subscription := subscribe(nc, "foo")
		publish(nc, "foo", "x")
		need(string(next(subscription).Data) == "x", "the message did not come")
	})
	add("callout.refused", func() {
		service := serveCallout("callout", nil, login, byPassword(nil))
		defer service.nc.Close()
		refusedBy("callout", nats.UserInfo("dlc", "wrong"))
		refusedBy("callout", nats.Token("dlc"))
	})
	add("callout.nobody_serves", func() { refusedBy("callout", dlc) })
	add("callout.silent", func() {
		service := serveCallout("callout", nil, login, func(*jwt.AuthorizationRequestClaims) decision {
			return decision{silent: true}
		})
		defer service.nc.Close()
		refusedBy("callout", dlc)
	})
	add("callout.permissions", func() {
		service := serveCallout("callout", nil, login, byPassword(func(user *jwt.UserClaims) {
			user.Permissions.Pub.Deny.Add("secret.>")
		}))
		defer service.nc.Close()
		nc := connect("callout", dlc)
		defer nc.Close()
		subscription := subscribe(nc, ">")
		publish(nc, "secret.a", "x")
		publish(nc, "open", "x")
		need(next(subscription).Subject == "open", "what is denied came")
	})
	add("callout.expires", func() {
		service := serveCallout("callout", nil, login, byPassword(func(user *jwt.UserClaims) {
			user.Expires = time.Now().Add(3 * time.Second).Unix()
		}))
		defer service.nc.Close()
		gone := make(chan error, 4)
		nc := connect("callout", dlc,
			nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { gone <- err }),
			nats.ClosedHandler(func(nc *nats.Conn) { gone <- nc.LastError() }))
		defer nc.Close()
		select {
		case err := <-gone:
			need(err != nil && strings.Contains(err.Error(), "expired"), "%v", err)
		case <-time.After(deadline):
			need(false, "nothing happened")
		}
	})
	add("callout.wrong_account", func() {
		service := serveCallout("callout", nil, login, byPassword(func(user *jwt.UserClaims) { user.Audience = "NONE" }))
		defer service.nc.Close()
		refusedBy("callout", dlc)
	})
	add("callout.many_at_once", func() {
		service := serveCallout("callout", nil, login, byPassword(nil))
		defer service.nc.Close()
		service.requests = make(chan *jwt.AuthorizationRequestClaims, 200)
		came := make(chan error, 100)
		for i := 0; i < 100; i++ {
			go func() {
				nc, err := nats.Connect(url("callout"), dlc, nats.NoReconnect(), nats.Timeout(deadline))
				if err == nil {
					nc.Close()
				}
				came <- err
			}()
		}
		for i := 0; i < 100; i++ {
			needNil(<-came)
		}
	})
	curve := func() nkeys.KeyPair {
		pair, err := nkeys.FromCurveSeed([]byte(world["callout.curve_seed"]))
		needNil(err)
		return pair
	}
	add("callout.sealed", func() {
		service := serveCallout("callout_xkey", curve(), login, byPassword(nil))
		defer service.nc.Close()
		nc := connect("callout_xkey", dlc)
		defer nc.Close()
		need(service.asked().Server.XKey != "", "the request names no key of the server")
		refusedBy("callout_xkey", nats.UserInfo("dlc", "wrong"))
	})
	add("callout.sealed_request_clear_answer", func() {
		service := serveCallout("callout_xkey", curve(), login, byPassword(nil))
		service.clear = true
		defer service.nc.Close()
		connect("callout_xkey", dlc).Close()
	})
	add("callout.sealed_by_another", func() {
		another, err := nkeys.CreateCurveKeys()
		needNil(err)
		service := serveCallout("callout_xkey", another, login, byPassword(nil))
		defer service.nc.Close()
		refusedBy("callout_xkey", dlc)
	})
	add("callout.operator", func() {
		service := serveCallout("callout_jwt", nil, []nats.Option{nats.UserCredentials(world["creds"])},
			func(request *jwt.AuthorizationRequestClaims) decision {
				if request.ConnectOptions.Password != "zzz" {
					return decision{reason: "unknown"}
				}
				return decision{user: jwt.NewUserClaims(request.UserNkey)}
			})
		defer service.nc.Close()
		sentinel := nats.UserCredentials(world["creds.sentinel"])
		nc := connect("callout_jwt", sentinel, dlc)
		defer nc.Close()
		account, err := service.issuer.PublicKey()
		needNil(err)
		request := service.asked()
		need(request.Subject == account, "about %s", request.Subject)
		need(request.ConnectOptions.JWT != "" && request.ConnectOptions.SignedNonce != "", "no JWT")
		refusedBy("callout_jwt", sentinel, nats.UserInfo("dlc", "wrong"))
	})
}
