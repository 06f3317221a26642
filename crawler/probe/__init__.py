"""The probe: looks at a live site once and writes its source file, saying what it found and how sure it is.

::

    address -> look (asks, politely, nothing twice) -> Seen -> draft -> source file, checked
                                                         \\-> three sample records

The exchanges go through the same politeness, guard of addresses and wire as those of a crawl, into a collection of
their own that is thrown away.
"""

from crawler.probe.probing import Probed, ProbeFailed, probe

__all__ = ["ProbeFailed", "Probed", "probe"]
