"""What the kernel tells of a running process: memory, descriptors, threads, sanitizers."""

import functools
import mmap
import os
import re

# What instrumented code calls; the runtime may be a library or part of the program.
_SANITIZERS = {b"__asan_init": "address", b"__tsan_init": "thread"}
_COMPLAINT = re.compile(
    r"(ERROR|WARNING): (Address|Leak|Thread|UndefinedBehavior)Sanitizer|: runtime error: "
)


def _status_field(pid: int, name: str) -> int:
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        match = re.search(rf"^{name}:\s+(\d+)", status.read(), re.MULTILINE)
    if not match:
        raise AssertionError(f"process {pid} has no {name}: it has ended")
    return int(match.group(1))


def resident_bytes(pid: int) -> int:
    return _status_field(pid, "VmRSS") * 1024


def peak_bytes(pid: int) -> int:
    """The most that was resident since the start or the last forget_peak()."""
    return _status_field(pid, "VmHWM") * 1024


def forget_peak(pid: int) -> None:
    with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as file:
        file.write("5")


def thread_count(pid: int) -> int:
    return _status_field(pid, "Threads")


def all_threads_have_waited(pid: int) -> bool:
    """Whether each thread has got so far that it waited for something of its own accord."""
    return all(_thread_has_waited(f"/proc/{pid}/task/{thread}") for thread in os.listdir(f"/proc/{pid}/task"))


def _thread_has_waited(directory: str) -> bool:
    try:
        with open(f"{directory}/status", encoding="ascii", errors="replace") as status:
            return not re.search(r"^voluntary_ctxt_switches:\s*0$", status.read(), re.MULTILINE)
    except (FileNotFoundError, ProcessLookupError):
        return True  # it has ended meanwhile


def descriptor_count(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def cpu_seconds(pid: int) -> float:
    """Processor time of all threads so far."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _maps(pid: int) -> str:
    with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as maps:
        return maps.read()


def sanitizer_of(pid: int) -> str | None:
    """ "address", "thread" or None: which sanitizer the program was built with."""
    program = f"/proc/{pid}/exe"
    return _sanitizer_in(os.readlink(program), os.stat(program).st_mtime_ns)


@functools.lru_cache
def _sanitizer_in(program: str, _changed_ns: int) -> str | None:
    with open(program, "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as content:
        return next((name for call, name in _SANITIZERS.items() if content.find(call) >= 0), None)


def uses_jemalloc(pid: int) -> bool:
    return "libjemalloc" in _maps(pid)


def complaints(lines: list[str]) -> list[str]:
    """The lines in which a sanitizer says what it has found."""
    return [line for line in lines if _COMPLAINT.search(line)]
