"""What the figures were measured on: processor, memory, kernel, descriptors, and the servers."""

import json
import platform
import resource
import shlex
import subprocess

# For the generator's other descriptors, and the server's.
DESCRIPTORS_RESERVED = 100
VERSION_TIMEOUT_S = 10
MICRO_BENCH = "build/bench/bench/ap_micro_bench"
MICRO_TIMEOUT_S = 60


def _line(path: str, name: str) -> str:
    """The value of the first "name : value" line of a file of /proc."""
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                key, _, value = line.partition(":")
                if key.strip() == name:
                    return value.strip()
    except OSError:
        pass
    return ""


def processors() -> int:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return sum(1 for line in file if line.startswith("processor"))
    except OSError:
        return 0


def memory_text(kilobytes: str) -> str:
    """ "24643588 kB" as gigabytes."""
    digits = kilobytes.split(" ")[0]
    return f"{int(digits) / 1024**2:.0f} GB" if digits.isdigit() else "unknown"


def describe() -> str:
    model = _line("/proc/cpuinfo", "model name") or platform.machine()
    memory = memory_text(_line("/proc/meminfo", "MemTotal"))
    kernel = f"{platform.system()} {platform.release()}"
    return f"{model}, {processors()} cores, {memory} memory, {kernel}"


def version(command: str) -> str:
    """What a server says when asked; raises OSError when it cannot be run."""
    program = shlex.split(command)[0]
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=VERSION_TIMEOUT_S
        )
    except subprocess.TimeoutExpired as error:
        raise OSError(f"{program} --version does not end") from error
    lines = (done.stdout or done.stderr).strip().splitlines()
    if done.returncode != 0 or not lines:
        raise OSError(f"{program} --version fails with status {done.returncode}")
    return lines[0]


def handshake_us(program: str = MICRO_BENCH) -> float:
    """What the crypto of a server's handshake takes here and now; 0: that cannot be measured."""
    command = [program, "--benchmark_filter=^tls_handshake", "--benchmark_format=json",
               "--benchmark_min_time=1"]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=MICRO_TIMEOUT_S)
        (measured,) = json.loads(done.stdout)["benchmarks"]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
        return 0.0
    nanoseconds = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[measured["time_unit"]]
    return measured["real_time"] * nanoseconds / 1e3


def connections_max() -> int:
    """How many one process may have; `antiphon bench` raises its limit as far as it may."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        return 2**31
    return max(1, hard - DESCRIPTORS_RESERVED)
