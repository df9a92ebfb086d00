"""How much memory this process, the browser's driver and the browser itself hold, read from /proc."""

from __future__ import annotations

import os
from pathlib import Path


def children_of(parent: int) -> list[int]:
    """All processes below ``parent``, at any depth."""
    above: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            above.setdefault(int(fields[1]), []).append(int(entry.name))
    found, left = [], [parent]
    while left:
        below = above.get(left.pop(), [])
        found += below
        left += below
    return found


def own_memory(process: int) -> int:
    """Bytes in memory that are this process's alone: what is shared with its siblings would count many times."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))


def memory() -> dict[str, int]:
    """Megabytes of ``own``, ``driver`` and ``browser`` (all of its processes together), and how many those are."""
    sums = {"own": own_memory(os.getpid()), "driver": 0, "browser": 0}
    browsers = 0
    for process in children_of(os.getpid()):
        try:
            command = Path(f"/proc/{process}/cmdline").read_bytes()
        except OSError:
            continue
        kind = "browser" if b"--remote-debugging" in command or b"--type=" in command else "driver"
        browsers += kind == "browser"
        sums[kind] += own_memory(process)
    return {name: size >> 20 for name, size in sums.items()} | {"browser_processes": browsers}
