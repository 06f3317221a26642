"""Serve the demo portal in the foreground: ``python -m tests.portal --port 8765``."""

from __future__ import annotations

import argparse
import signal

from .server import Portal


class _Stop(Exception):
    """The process was told to stop."""


def _stop(_number: int, _frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not disturb the clean end
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise _Stop


def main() -> None:
    """Parse the arguments, print the portal's address, serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m tests.portal", description="The demo portal on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=8765, help="TCP port, 0 for a free one (default: 8765)")
    parser.add_argument("--slow-s", type=float, default=1.5, help="seconds that the slow page waits (default: 1.5)")
    parser.add_argument("--crawl-delay", type=float, help="seconds for robots.txt (default: no such line)")
    parser.add_argument("--visit", type=int, default=1, help="2 shows the edited state (default: 1)")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        with Portal(given.port, given.slow_s, given.crawl_delay) as portal:
            portal.visit = given.visit
            print(portal.url, flush=True)
            portal.wait()
    except _Stop:
        return


if __name__ == "__main__":
    main()
