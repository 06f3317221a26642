"""The reader: a capture in, an article out.

Pure: no network, disk, clock or setting. lxml parses the page once and finds the box of the article; BeautifulSoup
cleans that box and nothing else. ``read`` never raises: a page that is no article is a ``Skip`` with a stable reason.

``extract`` and ``learn`` are the same reader for anyone who has HTML and an address::

    profile = learn([(html, url, None), …])  # other pages of the site, checked texts where there are any
    found = extract(html, url, profile)      # {"title": …, "text": …, "published": …, "authors": […], …}
"""

from __future__ import annotations

from .extract import extract
from .learn import learn
from .profile import Profile
from .reader import READER_VERSION, read

__all__ = ["READER_VERSION", "Profile", "extract", "learn", "read"]
