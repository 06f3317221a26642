#!/bin/sh
# Environments of their own for the tools that read what we export, so that their needs never meet ours.
set -e
home=${WARKAT_CONSUMERS:-.consumers}
python=${PYTHON:-python3}
.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,parquet]'
[ -d "$home/readers" ] || "$python" -m venv "$home/readers"
"$home/readers/bin/python" -m pip install --quiet --disable-pip-version-check \
  pandas duckdb datasette datasets rdflib feedparser schemathesis
[ -d "$home/s3" ] || "$python" -m venv "$home/s3"
"$home/s3/bin/python" -m pip install --quiet --disable-pip-version-check 'moto[server]' -e '.[stores,s3,parquet]'
command -v jq > /dev/null || { echo "jq is missing: apt install jq" >&2; exit 1; }
