"""A webhook: lines in batches, signed as Standard Webhooks has it, sent again until the receiver has taken them.

Each batch is one POST of JSON Lines with ``webhook-id`` (the same whenever the same batch is sent again),
``webhook-timestamp`` and ``webhook-signature: v1,<base64 of HMAC-SHA256 over id.timestamp.body>``. Any status from
200 to 299
is a receipt. Everything else is tried again, later and later; a receiver that is gone for an hour gets all of it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from typing import IO

from archive.feed.destinations import DeliveryFailed
from archive.version import VERSION

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 300.0
_HOPELESS = {400, 401, 403, 404, 405, 410, 413, 415, 422}
"""Answers that do not get better by waiting; each batch is tried this often all the same."""
_HOPELESS_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Time, from outside."""

    now: Callable[[], float]
    """Seconds since 1970."""
    sleep: Callable[[float], None]
    patience_s: float = 7200.0
    """How long one batch is tried."""


class Webhook:
    """A receiver of batches.

    Args:
        url: its address.
        secret: shared with it; ``whsec_…`` is base64, as that standard writes it. Empty: not signed.
        waiting: clock and pauses.
        tell: told of each failed try, in words.
    """

    def __init__(self, url: str, secret: str, waiting: Waiting, tell: Callable[[str], None] = lambda _: None) -> None:
        self._url, self._waiting, self._tell = url, waiting, tell
        self._key = _key_of(secret)
        self._opener = urllib.request.build_opener(_NoRedirect)

    def send(self, lines: list[bytes]) -> None:
        """Send a batch; returns when it was taken.

        Raises:
            DeliveryFailed: it was not, for as long as the patience lasted.
        """
        body = b"".join(lines)
        name = "msg_" + hashlib.sha256(body).hexdigest()[:32]
        began, pause, tries = self._waiting.now(), FIRST_PAUSE_S, 0
        while True:
            tries += 1
            status, words, asked = self._post(body, name)
            if 200 <= status < 300:
                return
            left = began + self._waiting.patience_s - self._waiting.now()
            if left <= 0 or (status in _HOPELESS and tries >= _HOPELESS_TRIES):
                raise DeliveryFailed(f"{self._url} did not take {len(lines)} records after {tries} tries: {words}")
            wait = min(max(pause, asked), LONGEST_PAUSE_S, max(left, FIRST_PAUSE_S))
            self._tell(f"{self._url}: {words}; tried again in {wait:.0f} s")
            self._waiting.sleep(wait)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    def close(self) -> None:
        """Nothing is held open."""

    def _post(self, body: bytes, name: str) -> tuple[int, str, float]:
        """Status, words about it, and the seconds that the receiver asks to wait; status 0 for no answer."""
        headers = {
            "Content-Type": "application/x-ndjson",
            "User-Agent": f"warkat/{VERSION}",
            **self._signed(body, name),
        }
        request = urllib.request.Request(self._url, body, headers, method="POST")  # noqa: S310  # http and https only
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, "", 0.0
        except urllib.error.HTTPError as fault:
            with fault:
                return fault.code, f"it answered {fault.code}", _asked(fault.headers)
        except (OSError, http.client.HTTPException) as fault:
            return 0, f"no answer ({getattr(fault, 'reason', None) or fault or type(fault).__name__})", 0.0

    def _signed(self, body: bytes, name: str) -> dict[str, str]:
        stamp = str(int(self._waiting.now()))
        said = {"webhook-id": name, "webhook-timestamp": stamp}
        if self._key:
            made = hmac.new(self._key, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
            said["webhook-signature"] = f"v1,{base64.b64encode(made).decode()}"
        return said


def _key_of(secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret[6:], validate=True)
    except binascii.Error:
        raise DeliveryFailed("the secret of the webhook begins with whsec_ and is no base64") from None


def _asked(headers: Message) -> float:
    try:
        return max(0.0, float(headers.get("Retry-After", "0")))
    except ValueError:
        return 0.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Records go where the operator said, and nowhere else."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """Follow nothing."""
