"""Where article addresses come from: listing pages, feeds, sitemaps and WordPress REST; Capture in, links out.

::

    Capture ──► listing | feed, sitemap | rest, json ──► Harvest ──► Discovered
                (what the document names)          (what of it are articles of this source)

Rules of this room: pure, and no body of any site makes it raise. What is wrong with a document is a
named ``problem``, what is passed over is counted by reason. It decides nothing about what is new.
"""

from crawler.discovery.dates import instant
from crawler.discovery.document import discover, next_page
from crawler.discovery.harvest import Discovered, Found
from crawler.discovery.traps import without_tokens

__all__ = ["Discovered", "Found", "discover", "instant", "next_page", "without_tokens"]
