"""What every test may rely on, however the tests were started."""

from __future__ import annotations

import signal

# Shells let what they start in the background ignore Ctrl-C, and children inherit that: ours are to obey it.
signal.signal(signal.SIGINT, signal.default_int_handler)
