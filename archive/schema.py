"""Where the JSON Schema of the record lies. ``python -m archive.schema`` makes it; a test compares it."""

from __future__ import annotations

from pathlib import Path

SCHEMA_FILE = Path(__file__).with_name("record.schema.json")


def main() -> None:
    """Write the schema anew."""
    import json

    from archive.record import json_schema

    SCHEMA_FILE.write_text(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
