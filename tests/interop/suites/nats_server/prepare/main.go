// Makes the sources of nats-server's tests ready for a server that is a program.
//
//	prepare -module DIR -outside DIR PACKAGE=FILE,FILE...
//
// The files of -outside become part of the package server and take the place of what they declare
// anew. Of each package named only the tests in the files named stay, and what these need of others.
package main

import (
	"flag"
	"go/ast"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	module := flag.String("module", "", "a copy of the sources, which is changed")
	outside := flag.String("outside", "", "what takes the place of parts of the package server")
	flag.Parse()
	log.SetFlags(0)

	server := filepath.Join(*module, "server")
	replaced := map[string]bool{}
	for _, path := range goFiles(*outside, isAny) {
		addFunctions(replaced, path)
	}
	for _, path := range goFiles(server, isSource) {
		remove(path, func(function *ast.FuncDecl) bool { return replaced[nameOf(function)] })
	}
	for _, path := range goFiles(*outside, isAny) {
		write(filepath.Join(server, "outside_"+filepath.Base(path)), read(path))
	}
	for _, argument := range flag.Args() {
		name, list, _ := strings.Cut(argument, "=")
		keepTests(goFiles(filepath.Join(*module, name), isTestFile), strings.Split(list, ","))
	}
}

func isAny(string) bool           { return true }
func isTestFile(name string) bool { return strings.HasSuffix(name, "_test.go") }
func isSource(name string) bool   { return !isTestFile(name) }

func goFiles(directory string, wanted func(string) bool) []string {
	paths, err := filepath.Glob(filepath.Join(directory, "*.go"))
	check(err)
	return slices.DeleteFunc(paths, func(path string) bool { return !wanted(path) })
}

func read(path string) []byte {
	text, err := os.ReadFile(path)
	check(err)
	return text
}

func write(path string, text []byte) { check(os.WriteFile(path, text, 0o644)) }

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
