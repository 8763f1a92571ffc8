package main

import (
	"os"
	"strings"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// Users whose JWTs are made here and now by the library of NATS itself.
func jwts(denied func(server string, options ...nats.Option) func()) {
	account := func() nkeys.KeyPair {
		seed, err := os.ReadFile(world["account.seed"])
		needNil(err)
		pair, err := nkeys.FromSeed([]byte(strings.TrimSpace(string(seed))))
		needNil(err)
		return pair
	}
	user := func(issuer nkeys.KeyPair, change func(*jwt.UserClaims)) nats.Option {
		pair, err := nkeys.CreateUser()
		needNil(err)
		public, err := pair.PublicKey()
		needNil(err)
		claims := jwt.NewUserClaims(public)
		claims.Name = "made by the library"
		if change != nil {
			change(claims)
		}
		token, err := claims.Encode(issuer)
		needNil(err)
		return nats.UserJWT(func() (string, error) { return token, nil }, pair.Sign)
	}
	add("jwt.made", func() { works(url("jwt"), user(account(), nil)) })
	add("jwt.made_with_end", func() {
		works(url("jwt"), user(account(), func(c *jwt.UserClaims) {
			c.Expires = time.Now().Add(time.Hour).Unix()
			c.AllowedConnectionTypes.Add(jwt.ConnectionTypeStandard)
			c.Src.Add("127.0.0.0/8")
		}))
	})
	add("jwt.made_elsewhere", func() {
		denied("jwt", user(account(), func(c *jwt.UserClaims) { c.Src.Add("203.0.113.0/24") }))()
	})
	add("jwt.made_for_websockets", func() {
		denied("jwt", user(account(), func(c *jwt.UserClaims) {
			c.AllowedConnectionTypes.Add(jwt.ConnectionTypeWebsocket)
		}))()
	})
	add("jwt.made_by_strange_account", func() {
		stranger, err := nkeys.CreateAccount()
		needNil(err)
		denied("jwt", user(stranger, nil))()
	})
	add("jwt.permissions", func() {
		nc := connectTo(url("jwt"), user(account(), func(c *jwt.UserClaims) {
			c.Permissions.Pub.Deny.Add("secret.>")
		}))
		defer nc.Close()
		subscription := subscribe(nc, ">")
		needNil(nc.Publish("secret.a", nil))
		needNil(nc.Publish("open", []byte("x")))
		need(next(subscription).Subject == "open", "what is denied came")
	})
	add("jwt.expires", func() {
		gone := make(chan error, 4)
		nc := connectTo(url("jwt"), user(account(), func(c *jwt.UserClaims) {
			c.Expires = time.Now().Add(3 * time.Second).Unix()
		}), nats.NoReconnect(), nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { gone <- err }),
			nats.ClosedHandler(func(nc *nats.Conn) { gone <- nc.LastError() }))
		defer nc.Close()
		select {
		case err := <-gone:
			need(err != nil && strings.Contains(err.Error(), "expired"), "%v", err)
		case <-time.After(deadline):
			need(false, "nothing happened")
		}
	})
}
