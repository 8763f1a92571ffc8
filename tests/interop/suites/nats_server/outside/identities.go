package server

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// identities is who may log in, as the blocks of a configuration file.
func identities(o *Options) []setting {
	var inside []string // of the block authorization
	for _, one := range []setting{
		{"user", o.Username}, {"password", o.Password}, {"token", o.Authorization},
	} {
		if one.value != _EMPTY_ {
			inside = append(inside, one.key+": "+strconv.Quote(one.value))
		}
	}
	inside = append(inside, fmt.Sprintf("timeout: %g", o.AuthTimeout))
	users := map[string][]string{} // by account
	for _, one := range o.Users {
		text := fmt.Sprintf("user: %q, password: %q", one.Username, one.Password)
		account := accountOf(one.Account)
		users[account] = append(users[account], person(text, one.Permissions, one.AllowedConnectionTypes))
	}
	for _, one := range o.Nkeys {
		account := accountOf(one.Account)
		text := fmt.Sprintf("nkey: %q", one.Nkey)
		users[account] = append(users[account], person(text, one.Permissions, one.AllowedConnectionTypes))
	}
	slices.Sort(users[globalAccountName])
	if own := users[globalAccountName]; len(own) != 0 {
		inside = append(inside, "users: ["+strings.Join(own, ", ")+"]")
	}
	if callout := o.AuthCallout; callout != nil {
		inside = append(inside, fmt.Sprintf(
			"auth_callout { issuer: %q, account: %q, auth_users: %s, xkey: %q, allowed_accounts: %s }",
			callout.Issuer, callout.Account, quotedList(callout.AuthUsers), callout.XKey,
			quotedList(callout.AllowedAccounts)))
	}
	settings := []setting{{"authorization", "{ " + strings.Join(inside, "\n ") + " }"}}
	if accounts := accountBlocks(o, users); accounts != _EMPTY_ {
		settings = append(settings, setting{"accounts", accounts})
	}
	return settings
}

func accountOf(account *Account) string {
	if account == nil {
		return globalAccountName
	}
	return account.Name
}

func person(text string, permissions *Permissions, kinds map[string]struct{}) string {
	if permissions != nil {
		var parts []string
		if permissions.Publish != nil {
			parts = append(parts, "publish "+subjects(permissions.Publish))
		}
		if permissions.Subscribe != nil {
			parts = append(parts, "subscribe "+subjects(permissions.Subscribe))
		}
		if answers := permissions.Response; answers != nil {
			parts = append(parts, fmt.Sprintf("allow_responses { max: %d, expires: %q }",
				answers.MaxMsgs, answers.Expires))
		}
		text += ", permissions { " + strings.Join(parts, ", ") + " }"
	}
	if len(kinds) != 0 {
		text += ", allowed_connection_types: " + quotedList(slices.Sorted(maps.Keys(kinds)))
	}
	return "{ " + text + " }"
}

func subjects(permission *SubjectPermission) string {
	var parts []string
	if permission.Allow != nil {
		parts = append(parts, "allow: "+quotedList(permission.Allow))
	}
	if permission.Deny != nil {
		parts = append(parts, "deny: "+quotedList(permission.Deny))
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

// accountBlocks has accounts with users only: what they share and map stands in files of the tests.
func accountBlocks(o *Options, users map[string][]string) string {
	var blocks []string
	for _, account := range o.Accounts {
		if o.ConfigFile == _EMPTY_ && isShared(account) {
			needs("accounts that share something in memory")
		}
		own := users[account.Name]
		slices.Sort(own)
		blocks = append(blocks, fmt.Sprintf("%q { users: [%s] }", account.Name, strings.Join(own, ", ")))
	}
	if len(blocks) == 0 {
		return _EMPTY_
	}
	slices.Sort(blocks)
	return "{\n " + strings.Join(blocks, "\n ") + "\n}"
}

func isShared(account *Account) bool {
	return len(account.exports.streams)+len(account.exports.services) != 0 ||
		len(account.imports.streams)+len(account.imports.services) != 0 || len(account.mappings) != 0
}
