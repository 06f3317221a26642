"""The HTTP interface: what the record files say, for programs that ask over HTTP. Read-only.

::

    /api/articles   /api/articles/{id}   /api/articles/{id}/versions   newest first, page by page
    /api/changes    /api/sources         /api/runs                     what is new, what there is, what happened
    /api/openapi.json                    /metrics    /charts            for machines that call, watch, and for people

``library`` answers in bytes and knows no HTTP, ``routes`` says which question an address is, ``description`` that in
OpenAPI 3.1, ``charts`` draws. What a request may ask is one table, ``questions``, and both are made of it.
"""
