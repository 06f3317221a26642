"""Runs in the environment of cdxj-indexer: a JSON list of addresses in, the list of their index keys out."""

import io
import json
import sys

from cdxj_indexer.main import CDXJIndexer

indexer = CDXJIndexer(io.StringIO(), [])
json.dump([indexer.get_url_key(url) for url in json.load(sys.stdin)], sys.stdout)
