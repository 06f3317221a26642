"""Where the definitions of the 552 regional governments of Indonesia come from: a table of names, codes and domains,
and ``evidence.toml`` with what is known beyond it. ``make registry TABLE=…`` writes the files anew.
"""

from crawler.sources.registry.files import RegistryInvalid, definitions, write_definitions

__all__ = ["RegistryInvalid", "definitions", "write_definitions"]
