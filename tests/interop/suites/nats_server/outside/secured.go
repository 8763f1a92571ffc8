package server

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
)

// secured is the block tls, made from the files' names: what a test has only in memory has none.
func secured(o *Options) []setting {
	if o.TLSConfig == nil {
		return nil
	}
	files := o.tlsConfigOpts
	if files == nil {
		files = &TLSConfigOpts{CertFile: o.TLSCert, KeyFile: o.TLSKey, CaFile: o.TLSCaCert}
	}
	if files.CertFile == _EMPTY_ {
		if o.ConfigFile != _EMPTY_ {
			return nil // the file says it
		}
		needs("a TLS configuration in memory")
	}
	parts := []string{
		fmt.Sprintf("cert_file: %q", files.CertFile), fmt.Sprintf("key_file: %q", files.KeyFile),
		fmt.Sprintf("timeout: %g", o.TLSTimeout), fmt.Sprintf("verify: %t", isVerifying(o)),
		fmt.Sprintf("verify_and_map: %t", o.TLSMap),
	}
	if files.CaFile != _EMPTY_ {
		parts = append(parts, fmt.Sprintf("ca_file: %q", files.CaFile))
	}
	if len(o.TLSPinnedCerts) != 0 {
		var pinned []string
		for one := range o.TLSPinnedCerts {
			pinned = append(pinned, one)
		}
		slices.Sort(pinned)
		parts = append(parts, "pinned_certs: "+quotedList(pinned))
	}
	switch {
	case o.TLSHandshakeFirst && o.TLSHandshakeFirstFallback > 0:
		parts = append(parts, fmt.Sprintf("handshake_first: %q", o.TLSHandshakeFirstFallback))
	case o.TLSHandshakeFirst:
		parts = append(parts, "handshake_first: true")
	}
	all := []setting{{"tls", "{ " + strings.Join(parts, "\n ") + " }"}}
	if o.AllowNonTLS {
		all = append(all, setting{"allow_non_tls", "true"})
	}
	return all
}

func isVerifying(o *Options) bool {
	return o.TLSVerify || o.TLSConfig.ClientAuth == tls.RequireAndVerifyClientCert
}
