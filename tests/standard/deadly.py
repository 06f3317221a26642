"""What kills the process that calls it; a module of its own, because processes import it by name."""

from __future__ import annotations

import os
from typing import NoReturn


def die(_record: str) -> NoReturn:
    os._exit(9)
