"""The clients' own test suites, run against a broker that is given by its path."""

# Suites that cannot be run, and why; part of the summary, so that nobody takes them for passed.
UNAVAILABLE = {
    "nats.c": "the tests are in its source archive only, which Debian's mirror does not serve",
    "nats.js 2.29.3 and 3.4.0": "the packages are published without tests",
    "nats-py 2.16.0": "archives after 2.14.0 are published without tests; 2.14.0's are run instead",
    "natscli": "its tests run the reference server inside the test binary, not a program",
}
