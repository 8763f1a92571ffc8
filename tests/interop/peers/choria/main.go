// The choria program with the plugins that a released one has.
//
// A release generates one loader file per plugin before it is built; the module is published
// without them, and a server without an agent provider refuses to start. The path of a waiting
// node's token is compiled into a release; tests have one for each node, so the environment names it.
package main

import (
	"log"
	"os"

	archive_watcher "github.com/choria-io/go-choria/aagent/watchers/archivewatcher"
	exec_watcher "github.com/choria-io/go-choria/aagent/watchers/execwatcher"
	expression_watcher "github.com/choria-io/go-choria/aagent/watchers/expressionwatcher"
	file_watcher "github.com/choria-io/go-choria/aagent/watchers/filewatcher"
	gossip_watcher "github.com/choria-io/go-choria/aagent/watchers/gossipwatcher"
	homekit_watcher "github.com/choria-io/go-choria/aagent/watchers/homekitwatcher"
	kv_watcher "github.com/choria-io/go-choria/aagent/watchers/kvwatcher"
	metric_watcher "github.com/choria-io/go-choria/aagent/watchers/metricwatcher"
	nagios_watcher "github.com/choria-io/go-choria/aagent/watchers/nagioswatcher"
	plugins_watcher "github.com/choria-io/go-choria/aagent/watchers/pluginswatcher"
	schedule_watcher "github.com/choria-io/go-choria/aagent/watchers/schedulewatcher"
	timer_watcher "github.com/choria-io/go-choria/aagent/watchers/timerwatcher"

	machine_data "github.com/choria-io/go-choria/aagent/data/machinedata"
	choria_data "github.com/choria-io/go-choria/providers/data/golang/choriadata"
	config_item_data "github.com/choria-io/go-choria/providers/data/golang/configdata"
	scout_data "github.com/choria-io/go-choria/scout/data/scoutdata"

	externalmco "github.com/choria-io/go-choria/providers/agent/mcorpc/external"
	golangmco "github.com/choria-io/go-choria/providers/agent/mcorpc/golang"
	choria_provision "github.com/choria-io/go-choria/providers/agent/mcorpc/golang/provision"
	choria_registry "github.com/choria-io/go-choria/providers/agent/mcorpc/golang/registry"
	rubymco "github.com/choria-io/go-choria/providers/agent/mcorpc/ruby"
	scout "github.com/choria-io/go-choria/scout/agent/scout"

	"github.com/choria-io/go-choria/build"
	"github.com/choria-io/go-choria/cmd"
	"github.com/choria-io/go-choria/plugin"
)

var plugins = map[string]plugin.Pluggable{
	"archive_watcher":    archive_watcher.ChoriaPlugin(),
	"choria_data":        choria_data.ChoriaPlugin(),
	"choria_provision":   choria_provision.ChoriaPlugin(),
	"choria_registry":    choria_registry.ChoriaPlugin(),
	"config_item_data":   config_item_data.ChoriaPlugin(),
	"exec_watcher":       exec_watcher.ChoriaPlugin(),
	"expression_watcher": expression_watcher.ChoriaPlugin(),
	"externalmco":        externalmco.ChoriaPlugin(),
	"file_watcher":       file_watcher.ChoriaPlugin(),
	"golangmco":          golangmco.ChoriaPlugin(),
	"gossip_watcher":     gossip_watcher.ChoriaPlugin(),
	"homekit_watcher":    homekit_watcher.ChoriaPlugin(),
	"kv_watcher":         kv_watcher.ChoriaPlugin(),
	"machine_data":       machine_data.ChoriaPlugin(),
	"metric_watcher":     metric_watcher.ChoriaPlugin(),
	"nagios_watcher":     nagios_watcher.ChoriaPlugin(),
	"plugins_watcher":    plugins_watcher.ChoriaPlugin(),
	"rubymco":            rubymco.ChoriaPlugin(),
	"schedule_watcher":   schedule_watcher.ChoriaPlugin(),
	"scout":              scout.ChoriaPlugin(),
	"scout_data":         scout_data.ChoriaPlugin(),
	"timer_watcher":      timer_watcher.ChoriaPlugin(),
}

func main() {
	build.ProvisionJWTFile = os.Getenv("CHORIA_PROVISIONING_JWT")
	for name, instance := range plugins {
		if err := plugin.Register(name, instance); err != nil {
			log.Fatalf("plugin %s: %v", name, err)
		}
	}
	if err := cmd.ParseCLI(); err != nil {
		log.Fatal(err)
	}
	if err := cmd.Run(); err != nil {
		log.Fatal(err)
	}
}
