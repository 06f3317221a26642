"""A capture again: as raw bytes for programs, and as a page for people.

Two applications on two ports, because archived pages are hostile and must never share an origin with
what a person works in::

    reader_app     sources, search, articles, versions, provenance          the address a person opens
    archive_app    /web, /timegate, /timemap, /cdx, the viewer, WARC ranges   archived bytes, sandboxed

Each is a list of routes made by a function, so that further groups of routes can join either.
Starlette, uvicorn and Jinja live in this room only, and come with ``pip install 'warkat[serve]'``.
"""
