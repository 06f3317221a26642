"""Object stores and anything else that fsspec opens: ``s3://…``, ``gs://…``, ``sftp://…``, ``memory://…``.

What is exported is made whole on this machine and then put there. An object store shows an object when all of it has
arrived; elsewhere it is put under another name and moved.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive.feed.destinations import DeliveryFailed
from archive.feed.formats import ExtraMissing

_ATOMIC = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oci", "memory"}


def put(made: Path, url: str, mark: str) -> None:
    """Put a file or a folder at an address.

    Args:
        made: what was made.
        url: where it goes.
        mark: the file of a folder that comes last, and says that the rest is there.

    Raises:
        ExtraMissing: the library for that scheme is not there.
        DeliveryFailed: the store refused, or cannot be reached.
    """
    scheme = url.partition("://")[0]
    store, place = _opened(scheme, url)
    names = [made] if made.is_file() else sorted(path for path in made.rglob("*") if path.is_file())
    names.sort(key=lambda path: path.name == mark)
    try:
        for path in names:
            end = place if made.is_file() else f"{place.rstrip('/')}/{path.relative_to(made).as_posix()}"
            _put_one(store, path, end, is_atomic=scheme in _ATOMIC)
    except (OSError, ValueError) as fault:
        raise DeliveryFailed(f"{url}: {fault}") from fault


def _opened(scheme: str, url: str) -> tuple[Any, str]:
    extra = {"s3": "s3", "s3a": "s3"}.get(scheme, "stores")
    try:
        import fsspec
    except ModuleNotFoundError:
        raise ExtraMissing(f"{scheme}://", extra) from None
    try:
        found: tuple[Any, str] = fsspec.core.url_to_fs(url)
    except ImportError:
        raise ExtraMissing(f"{scheme}://", extra) from None
    except (OSError, ValueError) as fault:
        raise DeliveryFailed(f"{url}: {fault}") from fault
    return found


def _put_one(store: Any, path: Path, end: str, *, is_atomic: bool) -> None:
    if "/" in end and not is_atomic:
        store.makedirs(end.rpartition("/")[0], exist_ok=True)
    if is_atomic:
        store.put_file(str(path), end)
        return
    store.put_file(str(path), f"{end}.part")
    store.mv(f"{end}.part", end)
