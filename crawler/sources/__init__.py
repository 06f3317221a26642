"""Who publishes, where and how: one TOML file per government site, as frozen, checked values."""

from crawler.sources.source import Discovery, Politeness, Select, Source, SourceInvalid, Tls

__all__ = ["Discovery", "Politeness", "Select", "Source", "SourceInvalid", "Tls"]
