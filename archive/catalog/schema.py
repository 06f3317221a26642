"""The tables. A change here is a change of ``VERSION``; old catalogs are then built again."""

VERSION = 2

TABLES = """
CREATE TABLE capture (
    seq INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL,
    url TEXT NOT NULL,
    identity TEXT NOT NULL,
    surt TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    payload_digest TEXT,
    record_id TEXT NOT NULL,
    record_type TEXT NOT NULL,
    filename TEXT NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    end INTEGER NOT NULL,
    role TEXT NOT NULL,
    via TEXT,
    etag TEXT,
    last_modified TEXT,
    location TEXT,
    refers_to TEXT,
    truncated TEXT
) STRICT;
CREATE UNIQUE INDEX capture_place ON capture (filename, offset);
CREATE INDEX capture_identity ON capture (source_id, identity, seq);
CREATE INDEX capture_payload ON capture (source_id, payload_digest) WHERE record_type = 'response';
CREATE INDEX capture_record ON capture (record_id);
CREATE INDEX capture_surt ON capture (surt, fetched_at);
CREATE INDEX capture_owed ON capture (source_id, seq) WHERE role = 'article' AND status = 200;

CREATE TABLE reading (
    filename TEXT NOT NULL,
    offset INTEGER NOT NULL,
    source_id TEXT NOT NULL,
    extractor TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    article_id TEXT,
    version INTEGER,
    PRIMARY KEY (filename, offset)
) STRICT, WITHOUT ROWID;
CREATE INDEX reading_outcome ON reading (source_id, outcome, reason);

CREATE TABLE article (
    id TEXT PRIMARY KEY,
    source_id TEXT NOT NULL,
    canonical_url TEXT NOT NULL,
    version INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    text_digest TEXT,
    body_digest TEXT,
    title TEXT,
    published_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX article_source ON article (source_id);
CREATE INDEX article_text ON article (source_id, text_digest);
CREATE INDEX article_body ON article (body_digest);

CREATE TABLE alias (
    source_id TEXT NOT NULL,
    url TEXT NOT NULL,
    article_id TEXT NOT NULL,
    PRIMARY KEY (source_id, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE claim (
    source_id TEXT NOT NULL,
    claim TEXT NOT NULL,
    lastmod TEXT NOT NULL,
    PRIMARY KEY (source_id, claim)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_file (
    name TEXT PRIMARY KEY,
    size INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE visit (
    run_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    report TEXT NOT NULL,
    PRIMARY KEY (run_id, source_id)
) STRICT, WITHOUT ROWID;
"""
