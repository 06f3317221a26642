"""``python -m tests.fuzz [--seconds 60] [TARGET…]``: each target for so long; what breaks one is kept in the corpus."""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
CPU_S = 2.0
MEMORY = 256 << 20
STUCK_S = 60
"""Seconds without a new input after which a target hangs."""


def fuzz(name: str, seconds: float, seed: int, trying: Path) -> str:
    """Try inputs until the time is up or one breaks the target; what is wrong, or how many were tried."""
    from tests.fuzz.mutation import mutated
    from tests.fuzz.targets import TARGETS

    target, chance = TARGETS[name], random.Random(f"{name} {seed}")
    for data in target.seeds:
        target.run(data)
    limit = data_held() + MEMORY
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    until, tried, slowest = time.monotonic() + seconds, 0, 0.0
    while time.monotonic() < until:
        data = mutated(target.seeds, target.tokens, chance)
        trying.write_bytes(data)
        began = time.process_time()
        target.run(data)  # a fault ends this process, and the input is there to be kept
        took = time.process_time() - began
        slowest, tried = max(slowest, took), tried + 1
        if took > CPU_S:
            raise TimeoutError(f"{took:.1f} s for {len(data):,} bytes")
    return f"{tried} {slowest:.2f}"


def data_held() -> int:
    """Bytes of data that this process has, as the limit counts them."""
    return int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()


def child(name: str, seconds: float, seed: int, trying: Path) -> tuple[str, str]:
    """Fuzz in a process of its own: what it says, and the last line of its fault."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fuzz", "--child", trying, "--seconds", str(seconds), "--seed", str(seed), name],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while process.poll() is None:
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            if trying.exists() and time.time() - trying.stat().st_mtime > STUCK_S:
                process.send_signal(signal.SIGKILL)
    said, fault = process.communicate()
    if process.returncode == 0:
        return said.strip(), ""
    words = fault.strip().splitlines()
    return "", f"status {process.returncode}: {words[-1] if words else 'nothing said'}"


def main() -> int:
    """Fuzz and print what came of it; 1 when something was found."""
    words = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    words.add_argument("targets", nargs="*")
    words.add_argument("--seconds", type=float, default=60, help="for each target")
    words.add_argument("--seed", type=int, default=None, help="by default another one each time")
    words.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    chosen = words.parse_args()
    if chosen.child:
        print(fuzz(chosen.targets[0], chosen.seconds, chosen.seed, chosen.child))
        return 0
    from tests.fuzz.targets import TARGETS

    seed, found = chosen.seed if chosen.seed is not None else int.from_bytes(os.urandom(4), "big"), 0
    print(f"seed {seed}", flush=True)
    for name in chosen.targets or TARGETS:
        trying = CORPUS / f".trying-{name}-{os.getpid()}"
        said, fault = child(name, chosen.seconds, seed, trying)
        if fault:
            found += 1
            data = trying.read_bytes() if trying.exists() else b""
            kept = CORPUS / name / hashlib.sha256(data).hexdigest()[:16]
            kept.parent.mkdir(exist_ok=True)
            kept.write_bytes(data)
            print(f"{name:<10} BROKEN by {kept.relative_to(CORPUS)} ({len(data):,} bytes): {fault}", flush=True)
        else:
            tried, slowest = said.split()
            print(f"{name:<10} {int(tried):>9,} inputs, the slowest took {slowest} s", flush=True)
        trying.unlink(missing_ok=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
