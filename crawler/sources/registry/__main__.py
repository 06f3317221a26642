"""``python -m crawler.sources.registry TABLE [FOLDER]``: write the definitions of all governments."""

from __future__ import annotations

import sys
from pathlib import Path

from crawler.sources.load import PACKAGED
from crawler.sources.registry import RegistryInvalid, write_definitions


def _main(words: list[str]) -> int:
    if len(words) not in (1, 2):
        sys.stderr.write("usage: python -m crawler.sources.registry TABLE [FOLDER]\n")
        return 2
    try:
        written = write_definitions(Path(words[0]), Path(words[1]) if len(words) == 2 else PACKAGED)
    except (OSError, RegistryInvalid) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    sys.stderr.write(f"{len(written.made)} files written, {len(written.kept)} made by hand left as they are\n")
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
