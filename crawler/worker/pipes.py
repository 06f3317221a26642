"""Messages over a pipe: a length, and as many bytes."""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct

PIPE_BYTES = 1 << 20
"""What an ordinary user may give a pipe on Linux."""

_LENGTH = struct.Struct("!I")


def pipe() -> tuple[int, int]:
    """A pipe that holds a whole page, so that neither side waits in the middle of one."""
    ends = os.pipe()
    with contextlib.suppress(OSError):  # more than this user may have: the usual 64 KiB do too
        fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return ends


def send(fd: int, data: bytes) -> None:
    """Write a message.

    Raises:
        BrokenPipeError: nobody reads any more.
    """
    view = memoryview(_LENGTH.pack(len(data)) + data if len(data) < 65536 else _LENGTH.pack(len(data)))
    for piece in (view, memoryview(data)) if len(data) >= 65536 else (view,):
        while piece:
            piece = piece[os.write(fd, piece) :]


def receive(fd: int) -> bytes:
    """The next message.

    Raises:
        EOFError: the other side has gone.
    """
    return _exactly(fd, _LENGTH.unpack(_exactly(fd, _LENGTH.size))[0])


def _exactly(fd: int, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        got = os.read(fd, min(size - len(data), 1 << 20))
        if not got:
            raise EOFError
        data += got
    return bytes(data)
