package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/synadia-io/orbit.go/ntf-client/api"
)

const validity = 24 * time.Hour

type tlsFiles struct{ CAFile, CertFile, KeyFile string }

type issued struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	certPEM     []byte
	keyPEM      []byte
}

// makeCertificates writes a server's certificate below a CA of its own; the client's is returned.
func makeCertificates(
	directory string, options *api.TLSOptions,
) (*tlsFiles, *api.TLSMaterial, error) {
	ca, err := issue(&x509.Certificate{Subject: pkix.Name{CommonName: "Test CA"}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, nil)
	if err != nil {
		return nil, nil, err
	}
	names := options.SANs
	if len(names) == 0 {
		names = []string{"localhost", "127.0.0.1", "::1"}
	}
	leaf, err := issue(withNames("server", x509.ExtKeyUsageServerAuth, names), ca)
	if err != nil {
		return nil, nil, err
	}
	files := &tlsFiles{}
	for _, file := range []struct {
		path *string
		name string
		data []byte
	}{{&files.CAFile, "ca.pem", ca.certPEM}, {&files.CertFile, "cert.pem", leaf.certPEM},
		{&files.KeyFile, "key.pem", leaf.keyPEM}} {
		*file.path = filepath.Join(directory, file.name)
		if err := os.WriteFile(*file.path, file.data, 0o600); err != nil {
			return nil, nil, err
		}
	}
	material := &api.TLSMaterial{CAPEM: string(ca.certPEM)}
	if options.Mode == api.TLSModeServer {
		return files, material, nil
	}
	client, err := issue(withNames("client", x509.ExtKeyUsageClientAuth, nil), ca)
	if err != nil {
		return nil, nil, err
	}
	material.ClientCertPEM, material.ClientKeyPEM = string(client.certPEM), string(client.keyPEM)
	return files, material, nil
}

func withNames(name string, usage x509.ExtKeyUsage, alternatives []string) *x509.Certificate {
	made := &x509.Certificate{Subject: pkix.Name{CommonName: name},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{usage}}
	for _, alternative := range alternatives {
		if ip := net.ParseIP(alternative); ip != nil {
			made.IPAddresses = append(made.IPAddresses, ip)
		} else {
			made.DNSNames = append(made.DNSNames, alternative)
		}
	}
	return made
}

// issue signs with the issuer, or with the new key itself if there is none.
func issue(wanted *x509.Certificate, issuer *issued) (*issued, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	wanted.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	wanted.NotBefore, wanted.NotAfter = time.Now().Add(-time.Minute), time.Now().Add(validity)
	parent, signer := wanted, key
	if issuer != nil {
		parent, signer = issuer.certificate, issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, wanted, parent, &key.PublicKey, signer)
	if err != nil {
		return nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	return &issued{parsed, key,
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})}, err
}
