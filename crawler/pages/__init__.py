"""The reader: a capture in, an article out.

Pure: no network, disk, clock or setting. lxml parses the page once and finds the box of the article; BeautifulSoup
cleans that box and nothing else. ``read`` never raises: a page that is no article is a ``Skip`` with a stable reason.
"""

from __future__ import annotations

from .reader import READER_VERSION, read

__all__ = ["READER_VERSION", "read"]
