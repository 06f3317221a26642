"""The examples of WARC/1.1 annex B, and of segmentation, as records.

Where the standard prints a placeholder for binary data, or a digest of data that it does not show,
data of our own with its true length and digest stands here.
"""

from __future__ import annotations

from tests.standard.pieces import sha1

IMAGE = bytes(range(256)) * 6 + b"image!" * 21
"""1,662 bytes, as long as the image of the standard."""

RESPONSE_HEAD = b"""\
HTTP/1.1 200 OK\r
Date: Tue, 19 Sep 2006 17:18:40 GMT\r
Server: Apache/2.0.54 (Ubuntu)\r
Last-Modified: Mon, 16 Jun 2003 22:28:51 GMT\r
ETag: "3e45-67e-2ed02ec0"\r
Accept-Ranges: bytes\r
Content-Length: 1662\r
Connection: close\r
Content-Type: image/jpeg\r
\r
"""


def record(header: str, block: bytes) -> bytes:
    """Header lines as printed, with the length of the block, and the block."""
    lines = [line.strip() for line in header.strip().splitlines()]
    head = "\r\n".join([*lines, f"Content-Length: {len(block)}", "", ""])
    return head.encode() + block + b"\r\n\r\n"


WARCINFO = record(
    """
    WARC/1.1
    WARC-Type: warcinfo
    WARC-Date: 2006-09-19T17:20:14Z
    WARC-Record-ID: <urn:uuid:d7ae5c10-e6b3-4d27-967d-34780c58ba39>
    Content-Type: application/warc-fields
    """,
    b"software: Heritrix 1.12.0 http://crawler.archive.org\r\nhostname: crawling017.archive.org\r\n"
    b"ip: 207.241.227.234\r\nisPartOf: testcrawl-20050708\r\ndescription: testcrawl with WARC output\r\n"
    b"operator: IA_Admin\r\nhttp-header-user-agent:\r\n"
    b" Mozilla/5.0 (compatible; heritrix/1.4.0 +http://crawler.archive.org)\r\nformat: WARC file version 1.1\r\n",
)
REQUEST = record(
    """
    WARC/1.1
    WARC-Type: request
    WARC-Target-URI: http://www.archive.org/images/logoc.jpg
    WARC-Warcinfo-ID: <urn:uuid:d7ae5c10-e6b3-4d27-967d-34780c58ba39>
    WARC-Date: 2006-09-19T17:20:24Z
    WARC-Record-ID: <urn:uuid:4885803b-eebd-4b27-a090-144450c11594>
    Content-Type: application/http;msgtype=request
    WARC-Concurrent-To: <urn:uuid:92283950-ef2f-4d72-b224-f54c6ec90bb0>
    """,
    b"GET /images/logoc.jpg HTTP/1.0\r\nUser-Agent: Mozilla/5.0 (compatible; heritrix/1.10.0)\r\n"
    b"From: stack@example.org\r\nConnection: close\r\nReferer: http://www.archive.org/\r\n"
    b"Host: www.archive.org\r\nCookie: PHPSESSID=009d7bb11022f80605aa87e18224d824\r\n\r\n",
)
RESPONSE = record(
    f"""
    WARC/1.1
    WARC-Type: response
    WARC-Target-URI: http://www.archive.org/images/logoc.jpg
    WARC-Warcinfo-ID: <urn:uuid:d7ae5c10-e6b3-4d27-967d-34780c58ba39>
    WARC-Date: 2006-09-19T17:20:24Z
    WARC-Block-Digest: {sha1(RESPONSE_HEAD + IMAGE)}
    WARC-Payload-Digest: {sha1(IMAGE)}
    WARC-IP-Address: 207.241.233.58
    WARC-Record-ID: <urn:uuid:92283950-ef2f-4d72-b224-f54c6ec90bb0>
    Content-Type: application/http;msgtype=response
    WARC-Identified-Payload-Type: image/jpeg
    """,
    RESPONSE_HEAD + IMAGE,
)
RESOURCE = record(
    f"""
    WARC/1.1
    WARC-Type: resource
    WARC-Target-URI: file://var/www/htdoc/images/logoc.jpg
    WARC-Date: 2006-09-30T16:40:32Z
    WARC-Record-ID: <urn:uuid:23200706-de3e-3c61-a131-g65d7fd80cc1>
    Content-Type: image/jpeg
    WARC-Payload-Digest: {sha1(IMAGE)}
    WARC-Block-Digest: {sha1(IMAGE)}
    """,
    IMAGE,
)
_METADATA = b"via: http://www.archive.org/\r\nhopsFromSeed: E\r\nfetchTimeMs: 565\r\n"
METADATA = record(
    f"""
    WARC/1.1
    WARC-Type: metadata
    WARC-Target-URI: http://www.archive.org/images/logoc.jpg
    WARC-Date: 2006-09-19T17:20:24Z
    WARC-Record-ID: <urn:uuid:16da6da0-bcdc-49c3-927e-57494593b943>
    WARC-Concurrent-To: <urn:uuid:92283950-ef2f-4d72-b224-f54c6ec90bb0>
    Content-Type: application/warc-fields
    WARC-Block-Digest: {sha1(_METADATA)}
    """,
    _METADATA,
)
REVISIT = record(
    """
    WARC/1.1
    WARC-Type: revisit
    WARC-Target-URI: http://www.archive.org/images/logoc.jpg
    WARC-Date: 2007-03-06T00:43:35Z
    WARC-Profile: http://netpreserve.org/warc/1.0/server-not-modified
    WARC-Record-ID: <urn:uuid:16da6da0-bcdc-49c3-927e-57494593bbbb>
    WARC-Refers-To: <urn:uuid:92283950-ef2f-4d72-b224-f54c6ec90bb0>
    Content-Type: message/http
    """,
    b"HTTP/1.x 304 Not Modified\r\nDate: Tue, 06 Mar 2007 00:43:35 GMT\r\n"
    b"Server: Apache/2.0.54 (Ubuntu) PHP/5.0.5-2ubuntu1.4\r\nConnection: Keep-Alive\r\n"
    b'Keep-Alive: timeout=15, max=100\r\nEtag: "3e45-67e-2ed02ec0"\r\n\r\n',
)
CONVERSION = record(
    f"""
    WARC/1.1
    WARC-Type: conversion
    WARC-Target-URI: http://www.archive.org/images/logoc.jpg
    WARC-Date: 2016-09-19T19:00:40Z
    WARC-Record-ID: <urn:uuid:16da6da0-bcdc-49c3-927e-57494593dddd>
    WARC-Refers-To: <urn:uuid:92283950-ef2f-4d72-b224-f54c6ec90bb0>
    WARC-Block-Digest: {sha1(IMAGE[:934])}
    Content-Type: image/neoimg
    """,
    IMAGE[:934],
)
_WHOLE = RESPONSE_HEAD + IMAGE
FIRST_SEGMENT = record(
    f"""
    WARC/1.1
    WARC-Type: response
    WARC-Target-URI: http://www.archive.org/images/logoc.jpg
    WARC-Date: 2006-09-19T17:20:24Z
    WARC-Block-Digest: {sha1(_WHOLE[:1600])}
    WARC-Payload-Digest: {sha1(IMAGE)}
    WARC-IP-Address: 207.241.233.58
    WARC-Record-ID: <urn:uuid:39509228-ae2f-11b2-763a-aa4c6ec90bb0>
    WARC-Segment-Number: 1
    Content-Type: application/http;msgtype=response
    """,
    _WHOLE[:1600],
)
CONTINUATION = record(
    f"""
    WARC/1.1
    WARC-Type: continuation
    WARC-Target-URI: http://www.archive.org/images/logoc.jpg
    WARC-Date: 2006-09-19T17:20:24Z
    WARC-Block-Digest: {sha1(_WHOLE[1600:])}
    WARC-Record-ID: <urn:uuid:70653950-a77f-b212-e434-7a7c6ec909ef>
    WARC-Segment-Origin-ID: <urn:uuid:39509228-ae2f-11b2-763a-aa4c6ec90bb0>
    WARC-Segment-Number: 2
    WARC-Segment-Total-Length: {len(_WHOLE)}
    WARC-Identified-Payload-Type: image/jpeg
    """,
    _WHOLE[1600:],
)
EVENT = [WARCINFO, REQUEST, RESPONSE, METADATA, RESOURCE, REVISIT, CONVERSION]
"""The capture that annexes B.1 to B.7 tell of, in one file."""
