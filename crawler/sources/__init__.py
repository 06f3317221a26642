"""Who publishes, where and how: one TOML file per government site, as frozen, checked values.

Addresses are compared in ``crawler.sources.identity``, which is not imported here: listing
sources needs no URL library.
"""

from crawler.sources.load import check_file, load_sources
from crawler.sources.source import Discovery, Politeness, Select, Source, SourceInvalid, Tls

__all__ = ["Discovery", "Politeness", "Select", "Source", "SourceInvalid", "Tls", "check_file", "load_sources"]
