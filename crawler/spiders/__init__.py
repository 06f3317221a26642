"""The spiders: one that serves every source, made for each by name."""
