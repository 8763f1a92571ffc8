// Works through what nats.go offers of the core protocol. Argument: the driver's world file.
package main

import "os"

func main() {
	readWorld(os.Args[1])
	messaging()
	queues()
	requests()
	lifecycle()
	limits()
	security()
	callouts()
	for _, one := range checks {
		runOne(one)
	}
}
