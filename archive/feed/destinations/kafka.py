"""Kafka: one message per record, keyed by the article's id, so that versions of an article stay in order.

``kafka://host:port[,host:port]/topic``. A batch is sent when every broker that must has written it.
"""

from __future__ import annotations

from typing import Any

from archive.feed.destinations import DeliveryFailed
from archive.feed.formats import ExtraMissing, FormatInvalid
from archive.line import id_and_version, text_field


class Topic:
    """A receiver of batches.

    Args:
        url: brokers and topic.
        patience_s: how long one batch is tried.

    Raises:
        ExtraMissing: the library is not there.
        FormatInvalid: the address names no topic.
    """

    def __init__(self, url: str, patience_s: float = 300.0) -> None:
        brokers, _, topic = url.removeprefix("kafka://").partition("/")
        if not brokers or not topic or "/" in topic:
            raise FormatInvalid(f"{url}: write it as kafka://host:port/topic")
        try:
            import confluent_kafka
        except ModuleNotFoundError:
            raise ExtraMissing("kafka://", "kafka") from None
        self._topic, self._url, self._patience_s = topic, url, patience_s
        self._error: type[Exception] = confluent_kafka.KafkaException
        self._producer: Any = confluent_kafka.Producer(
            {
                "bootstrap.servers": brokers, "enable.idempotence": True, "compression.type": "zstd",
                "delivery.timeout.ms": int(patience_s * 1000), "message.max.bytes": 64_000_000, "log_level": 2,
            }
        )  # fmt: skip

    def send(self, lines: list[bytes]) -> None:
        """Send a batch; returns when it was taken.

        Raises:
            DeliveryFailed: it was not, for as long as the patience lasted.
        """
        failed: list[str] = []

        def told(error: Any, _: Any) -> None:
            if error is not None:
                failed.append(str(error))

        try:
            for line in lines:
                # An event has the id of its article too, so that it comes behind the article's versions.
                article, version = id_and_version(line) or ((text_field(line, b"id") or "").encode(), 0)
                self._put(line.rstrip(b"\n"), article, version, told)
            left = self._producer.flush(self._patience_s + 10)
        except self._error as fault:
            raise DeliveryFailed(f"{self._url}: {fault}") from fault
        if failed or left:
            raise DeliveryFailed(f"{self._url}: {failed[0] if failed else f'{left} records were not taken'}")

    def _put(self, line: bytes, article: bytes, version: int, told: Any) -> None:
        while True:
            try:
                self._producer.produce(
                    self._topic, value=line, key=article, on_delivery=told,
                    headers={"id": article, "version": str(version).encode()},
                )  # fmt: skip
            except BufferError:  # the queue is full: let it empty
                self._producer.poll(0.5)
            else:
                self._producer.poll(0)
                return

    def close(self) -> None:
        """Let go of the brokers."""
        self._producer.flush(1)
