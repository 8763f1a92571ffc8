package main

import (
	"errors"
	"strings"

	"github.com/nats-io/nats.go"
)

func security() {
	denied := func(server string, options ...nats.Option) func() {
		return func() {
			err := refused(url(server), options...)
			need(errors.Is(err, nats.ErrAuthorization), "%v", err)
		}
	}
	add("auth.user", func() { works(url("user"), nats.UserInfo(world["user"], world["password"])) })
	add("auth.bcrypt_user", func() {
		works(url("user"), nats.UserInfo(world["bcrypt_user"], world["bcrypt_password"]))
	})
	add("auth.in_url", func() {
		secrets := world["bcrypt_user"] + ":" + world["bcrypt_password"] + "@"
		works(strings.Replace(url("user"), "://", "://"+secrets, 1))
	})
	add("auth.wrong_password", denied("user", nats.UserInfo(world["user"], "wrong")))
	add("auth.wrong_bcrypt_password", denied("user", nats.UserInfo(world["bcrypt_user"], "wrong")))
	add("auth.missing", denied("user"))
	add("auth.token", func() { works(url("token"), nats.Token(world["token"])) })
	add("auth.wrong_token", denied("token", nats.Token("wrong")))

	nkey := func(name string) nats.Option {
		option, err := nats.NkeyOptionFromSeed(world[name])
		needNil(err)
		return option
	}
	add("auth.nkey", func() { works(url("nkey"), nkey("nkey.seed")) })
	add("auth.nkey_unknown", func() { denied("nkey", nkey("nkey.other"))() })
	add("auth.nkey_missing", denied("nkey"))
	add("auth.nkey_beside_password", func() { works(url("nkey"), nats.UserInfo("pat", "secret")) })
	creds := func(name string) nats.Option { return nats.UserCredentials(world[name]) }
	add("auth.jwt", func() { works(url("jwt"), creds("creds")) })
	add("auth.jwt_of_signing_key", func() { works(url("jwt"), creds("creds.signer")) })
	for _, wrong := range []string{"stolen", "expired", "revoked", "stranger"} {
		add("auth.jwt_"+wrong, func() { denied("jwt", creds("creds."+wrong))() })
	}
	add("auth.jwt_missing", denied("jwt"))
	jwts(denied)

	ca := nats.RootCAs(world["ca"])
	certificate := nats.ClientCert(world["client.cert"], world["client.key"])
	add("tls.server", func() { works(tlsURL("tls"), ca) })
	add("tls.server_without_tls_in_url", func() { works(url("tls"), ca) })
	add("tls.unknown_ca", func() {
		err := refused(tlsURL("tls"), nats.RootCAs(world["stranger_ca"]))
		need(strings.Contains(err.Error(), "unknown authority"), "%v", err)
	})
	add("tls.mutual", func() { works(tlsURL("mtls"), ca, certificate) })
	add("tls.mutual_without_certificate", func() { refused(tlsURL("mtls"), ca) })
	add("tls.handshake_first", func() { works(tlsURL("tls_first"), ca, nats.TLSHandshakeFirst()) })
	add("tls.order", func() { ordered(tlsURL("mtls"), 20_000, ca, certificate) })
	add("tls.payload_at_max", func() {
		nc := connectTo(tlsURL("mtls"), ca, certificate)
		defer nc.Close()
		subscription := subscribe(nc, "large")
		payload := strings.Repeat(everyByte(), maxPayloadBytes/256)
		for range 3 {
			publish(nc, "large", payload)
		}
		for range 3 {
			need(string(next(subscription).Data) == payload, "payload differs")
		}
	})
}

func works(target string, options ...nats.Option) {
	nc := connectTo(target, options...)
	defer nc.Close()
	subscription := subscribe(nc, "inside")
	publish(nc, "inside", "x")
	next(subscription)
}

func refused(target string, options ...nats.Option) error {
	nc, err := nats.Connect(target, append([]nats.Option{nats.NoReconnect()}, options...)...)
	if err == nil {
		err = nc.FlushTimeout(deadline)
		nc.Close()
	}
	need(err != nil, "accepted")
	return err
}
