"""The crawler wing: sources, politeness, the wire, the reader and the command."""
