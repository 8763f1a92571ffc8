package test

import (
	"os"
	"testing"
)

// TestMain takes the place of the suite's own one, which would start its servers inside the test
// binary: here the driver has started a tester for the binary under test.
func TestMain(m *testing.M) {
	testerURL = os.Getenv("TESTER_NATS_URL")
	os.Exit(m.Run())
}
