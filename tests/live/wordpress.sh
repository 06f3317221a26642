#!/bin/sh
# Runs a real WordPress on loopback until it is told to stop; see wordpress.py for what it does.
cd "$(dirname "$0")/../.." && exec "${PYTHON:-python3}" -m tests.live.wordpress "$@"
