package main

import (
	"go/ast"
	"path/filepath"
	"slices"
	"strings"
)

// keepTests leaves of a package's test files the tests of some and the functions that they use.
//
// A function is used if its name stands anywhere in what stays, a method if its type's name does: that
// may be too many, but never too few.
func keepTests(paths, chosen []string) {
	functions := map[string][]*ast.FuncDecl{}
	names := []string{} // that stand in what stays
	for _, path := range paths {
		_, file := parse(path, read(path))
		isChosen := slices.Contains(chosen, filepath.Base(path))
		for _, declared := range file.Decls {
			function, ok := declared.(*ast.FuncDecl)
			switch {
			case !ok:
				names = append(names, identifiers(declared)...)
			case isTest(function) && isChosen || isMain(function):
				names = append(names, identifiers(function)...)
			case !isRun(function):
				functions[ownerOf(function)] = append(functions[ownerOf(function)], function)
			}
		}
	}
	used := map[string]bool{}
	for len(names) > 0 {
		name := names[len(names)-1]
		names = names[:len(names)-1]
		if used[name] {
			continue
		}
		used[name] = true
		for _, function := range functions[name] {
			names = append(names, identifiers(function)...)
		}
	}
	for _, path := range paths {
		isChosen := slices.Contains(chosen, filepath.Base(path))
		remove(path, func(function *ast.FuncDecl) bool {
			switch {
			case isMain(function):
				return false
			case isTest(function):
				return !isChosen
			default:
				return isRun(function) || !used[ownerOf(function)] && ownerOf(function) != "init"
			}
		})
	}
}

// ownerOf is what has to be used for the function to be: a method's type, a function itself.
func ownerOf(function *ast.FuncDecl) string {
	owner, _, _ := strings.Cut(nameOf(function), ".")
	return owner
}

func identifiers(declared ast.Node) []string {
	var names []string
	ast.Inspect(declared, func(node ast.Node) bool {
		if name, ok := node.(*ast.Ident); ok {
			names = append(names, name.Name)
		}
		return true
	})
	return names
}

func isMain(function *ast.FuncDecl) bool { return nameOf(function) == "TestMain" }

// Some helpers are named like tests, but have other parameters.
func isTest(function *ast.FuncDecl) bool {
	parameters := function.Type.Params.List
	if !strings.HasPrefix(nameOf(function), "Test") || isMain(function) || len(parameters) != 1 {
		return false
	}
	pointer, ok := parameters[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	selector, ok := pointer.X.(*ast.SelectorExpr)
	return ok && selector.Sel.Name == "T"
}

// isRun tells what the suite does not run: benchmarks and the like, and tests of other files.
func isRun(function *ast.FuncDecl) bool {
	isOther := func(kind string) bool { return strings.HasPrefix(nameOf(function), kind) }
	return isTest(function) || slices.ContainsFunc([]string{"Benchmark", "Fuzz", "Example"}, isOther)
}
