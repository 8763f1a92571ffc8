package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// An edit puts other text in the place of some of a file's bytes.
type edit struct {
	begin, end int
	text       string
}

func parse(path string, text []byte) (*token.FileSet, *ast.File) {
	positions := token.NewFileSet()
	file, err := parser.ParseFile(positions, path, text, parser.ParseComments)
	check(err)
	return positions, file
}

// nameOf is unique in a package: methods have their type before their name.
func nameOf(function *ast.FuncDecl) string {
	if function.Recv == nil {
		return function.Name.Name
	}
	receiver := function.Recv.List[0].Type
	if pointer, ok := receiver.(*ast.StarExpr); ok {
		receiver = pointer.X
	}
	if generic, ok := receiver.(*ast.IndexExpr); ok {
		receiver = generic.X
	}
	return receiver.(*ast.Ident).Name + "." + function.Name.Name
}

func addFunctions(names map[string]bool, path string) {
	_, file := parse(path, read(path))
	for _, declared := range file.Decls {
		if function, ok := declared.(*ast.FuncDecl); ok {
			names[nameOf(function)] = true
		}
	}
}

// remove takes functions out of a file; imports that nothing else uses become blank.
func remove(path string, unwanted func(*ast.FuncDecl) bool) {
	text := read(path)
	positions, file := parse(path, text)
	offset := func(position token.Pos) int { return positions.Position(position).Offset }
	var edits []edit
	used, stays := map[string]bool{}, map[string]bool{}
	for _, declared := range file.Decls {
		if imports, ok := declared.(*ast.GenDecl); ok && imports.Tok == token.IMPORT {
			continue
		}
		if function, ok := declared.(*ast.FuncDecl); ok && unwanted(function) {
			begin := function.Pos()
			if function.Doc != nil {
				begin = function.Doc.Pos()
			}
			edits = append(edits, edit{offset(begin), offset(function.End()), ""})
			continue
		}
		for _, name := range identifiers(declared) {
			stays[name] = true
		}
		ast.Inspect(declared, func(node ast.Node) bool {
			if selector, ok := node.(*ast.SelectorExpr); ok {
				if name, ok := selector.X.(*ast.Ident); ok && name.Obj == nil { // else a variable
					used[name.Name] = true
				}
			}
			return true
		})
	}
	if len(edits) == 0 {
		return
	}
	for _, one := range file.Imports {
		name := importName(one)
		if name == "." {
			used[name] = declaresOneOf(stays, filepath.Join(path, "..", ".."), one)
		}
		if !used[name] && name != "_" {
			edits = append(edits, edit{offset(one.Pos()), offset(one.End()), "_ " + one.Path.Value})
		}
	}
	slices.SortFunc(edits, func(a, b edit) int { return b.begin - a.begin })
	for _, one := range edits {
		text = slices.Concat(text[:one.begin], []byte(one.text), text[one.end:])
	}
	write(path, text)
}

const modulePath = "github.com/nats-io/nats-server/v2"

// declaresOneOf tells whether a package of the module that is imported whole has one of these names.
func declaresOneOf(names map[string]bool, module string, one *ast.ImportSpec) bool {
	own := strings.TrimPrefix(strings.Trim(one.Path.Value, `"`), modulePath)
	for _, path := range goFiles(filepath.Join(module, own), isSource) {
		_, file := parse(path, read(path))
		for name := range file.Scope.Objects {
			if names[name] {
				return true
			}
		}
	}
	return false
}

var version = regexp.MustCompile(`^v[0-9]+$`)

func importName(one *ast.ImportSpec) string {
	if one.Name != nil {
		return one.Name.Name
	}
	whole, err := strconv.Unquote(one.Path.Value)
	check(err)
	name := path.Base(whole)
	if version.MatchString(name) {
		name = path.Base(path.Dir(whole))
	}
	return regexp.MustCompile(`^go-|\.go$`).ReplaceAllString(name, "")
}
