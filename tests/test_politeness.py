"""How hard we knock: decisions as tables, the doing as real crawls of little servers on loopback.

Times are compared on the server and downward only: a request may come late, never early.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request, Spider
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.politeness import (
    Attempt,
    HostRest,
    Limits,
    Rules,
    Standing,
    gate_of,
    judge,
    next_pause,
    redirect_target,
    retry_after_seconds,
    robots_verdict,
)
from crawler.politeness.hosts import Host
from crawler.politeness.rules import ALLOW_ALL, UNREACHABLE

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LIMITS = Limits()


# --- a little site, and a crawl of it -------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """One answer; status 0 closes the connection without a word."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"<p>berita</p>"
    takes_s: float = 0.0
    lacks: int = 0
    """Bytes that are announced and never sent."""


@dataclass(frozen=True)
class Hit:
    path: str
    start_s: float
    end_s: float
    """Taken before the answer is sent: never later than the client sees it."""


def robots(text: str, **headers: str) -> Answer:
    return Answer(headers={"Content-Type": "text/plain", **headers}, body=text.encode())


NO_ROBOTS = Answer(404)


class Site:
    """Answers by path, several in turn (the last one stays), and a log of what came."""

    def __init__(self, address: str = "127.0.0.1", /, **answers: Answer | list[Answer]) -> None:
        self.answers: dict[str, Answer | list[Answer]] = {"/robots.txt": NO_ROBOTS, **answers}
        self.hits: list[Hit] = []
        self._server = ThreadingHTTPServer((address, 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://{address}:{self._server.server_port}"

    def __enter__(self) -> Site:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def paths(self) -> list[str]:
        return [hit.path for hit in self.hits]

    @property
    def pages(self) -> list[str]:
        return [path for path in self.paths if path != "/robots.txt"]

    @property
    def gaps_s(self) -> list[float]:
        """From the end of each request to the start of the next."""
        return [later.start_s - hit.end_s for hit, later in zip(self.hits, self.hits[1:], strict=False)]

    def _answer(self, path: str) -> Answer:
        answers = self.answers.get(path, Answer())
        return answers if isinstance(answers, Answer) else answers[min(self.paths.count(path), len(answers) - 1)]

    def _handler(site) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - self is the handler below
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                start_s, answer = time.monotonic(), site._answer(self.path)
                time.sleep(answer.takes_s)
                site.hits.append(Hit(self.path, start_s, time.monotonic()))
                if answer.status:
                    self.send_response(answer.status)
                    for name, value in {"Content-Type": "text/html", **answer.headers}.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(answer.body) + answer.lacks))
                    self.end_headers()
                    self.wfile.write(answer.body)
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class OneAttemptHandler(AiohttpDownloadHandler):
    """Sends what it is told once: aiohttp of itself repeats a GET at once when a server hangs up."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._session._retry_connection = False


class Archive:
    """Stands where the archive stands, and notes every exchange that passes."""

    def __init__(self) -> None:
        self.statuses: list[int] = []

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002 - Scrapy's names
        self.statuses.append(response.status)
        return response


MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.politeness.RobotsMiddleware": 100,
    "crawler.politeness.BackoffMiddleware": 550,
    Archive: 950,
    "crawler.politeness.HostGateMiddleware": 990,
}

SETTINGS: dict[str, Any] = {
    "TWISTED_REACTOR_ENABLED": False,
    "DOWNLOADER_MIDDLEWARES": MIDDLEWARES,
    "DOWNLOAD_HANDLERS": {"http": OneAttemptHandler},
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": 0.02,
    "DOWNLOAD_DELAY_JITTER": 0,
    "WARKAT_BACKOFF_BASE_S": 0.05,
    "USER_AGENT": "warkat/0 (+https://example.org)",
    "REMOTE_CONTROL_ENABLED": False,
    "HTTPERROR_ALLOW_ALL": True,
}


class Visitor(Spider):
    name = "visitor"

    def __init__(self, asked: list[str | Request], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.asked = asked
        self.read: list[tuple[str, int]] = []
        self.slots: list[str] = []
        self.skipped: dict[str, str | None] = {}
        self.failed: list[str] = []

    async def start(self) -> AsyncIterator[Request]:
        for asked in self.asked:
            request = Request(asked) if isinstance(asked, str) else asked
            yield request.replace(callback=self.parse, errback=self.note, dont_filter=True)

    def parse(self, response: Response) -> None:  # type: ignore[override]
        self.read.append((response.url, response.status))
        self.slots.append(response.meta.get("download_slot", ""))

    def note(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        if "warkat_skip" in request.meta:
            self.skipped[request.url] = request.meta["warkat_skip"]
        else:
            self.failed.append(request.url)


@dataclass(frozen=True)
class Visit:
    crawler: Crawler

    @property
    def spider(self) -> Any:
        return self.crawler.spider

    @property
    def stats(self) -> dict[str, Any]:
        return self.crawler.stats.get_stats()

    @property
    def reasons(self) -> Counter[str | None]:
        return Counter(self.spider.skipped.values())

    @property
    def archived(self) -> list[int]:
        archive = self.crawler.get_downloader_middleware(Archive)
        assert archive
        return archive.statuses


async def visit(*asked: str | Request, stop_when: Callable[[], bool] | None = None, **settings: Any) -> Visit:
    """One crawl to its end, or until it is told to stop; ten seconds are for ever."""
    runner = AsyncCrawlerRunner({**SETTINGS, **settings})
    crawler = runner.create_crawler(Visitor)
    task = runner.crawl(crawler, list(asked))
    patience = 500 if stop_when else 0
    while stop_when and not stop_when():
        patience -= 1
        assert patience, "what was waited for did not come"
        await asyncio.sleep(0.02)
    if stop_when:
        await runner.stop()
    await task
    return Visit(crawler)


@pytest.fixture
def free_address() -> str:
    """An address where nobody listens."""
    with contextlib.closing(ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler).socket) as free:
        port = free.getsockname()[1]
    return f"http://127.0.0.1:{port}"


# --- robots.txt, fetched and obeyed ---------------------------------------------------------


async def test_no_request_slips_through_while_robots_is_loading() -> None:
    """Five start requests of one host, three of them disallowed: none of the three is fetched."""
    with Site(**{"/robots.txt": Answer(body=b"User-agent: *\nDisallow: /admin/", takes_s=0.1)}) as site:
        paths = ["/admin/1", "/berita/1", "/admin/2", "/berita/2", "/admin/3"]
        done = await visit(*(site.url + path for path in paths))
    assert sorted(site.paths) == ["/berita/1", "/berita/2", "/robots.txt"]
    assert done.reasons == {"robots-disallowed": 3}
    assert done.stats["warkat/skipped/robots-disallowed"] == 3


def test_no_request_slips_through_under_the_production_reactor() -> None:
    """The same holds in a process of its own with Twisted's reactor on asyncio."""
    script = (
        "import sys; from scrapy.crawler import CrawlerProcess; from tests.test_politeness import SETTINGS, Visitor\n"
        "reactor = {'TWISTED_REACTOR_ENABLED': True, 'DOWNLOAD_HANDLERS': {}, 'TELNETCONSOLE_ENABLED': False}\n"
        "process = CrawlerProcess({**SETTINGS, **reactor})\n"
        "process.crawl(Visitor, sys.argv[1:]); process.start()"
    )
    with Site(**{"/robots.txt": robots("User-agent: *\nDisallow: /admin/\nCrawl-delay: 0.1")}) as site:
        urls = [site.url + path for path in ("/admin/1", "/admin/2", "/admin/3", "/a", "/b")]
        subprocess.run([sys.executable, "-c", script, *urls], check=True, capture_output=True, timeout=30)
    assert site.paths == ["/robots.txt", "/a", "/b"]
    assert min(site.gaps_s) >= 0.09


async def test_redirect_into_a_disallowed_path_is_not_followed() -> None:
    """Robots are asked again for where a redirect leads."""
    answers = {
        "/robots.txt": robots("User-agent: warkat\nDisallow: /tutup"),
        "/a": Answer(302, {"Location": "/tutup/1"}),
    }
    with Site(**answers) as site:
        done = await visit(site.url + "/a")
    assert site.pages == ["/a"]
    assert done.spider.skipped == {site.url + "/tutup/1": "robots-disallowed"}


async def test_redirect_to_another_host_asks_the_robots_of_that_host() -> None:
    """The rules of the host that is asked count, not those of the one that pointed there."""
    with Site("127.0.0.2", **{"/robots.txt": robots("User-agent: *\nDisallow: /b")}) as other:
        hops = {"/a": Answer(301, {"Location": other.url + "/b"}), "/c": Answer(301, {"Location": other.url + "/d"})}
        with Site(**hops) as site:
            done = await visit(site.url + "/a", site.url + "/c")
    assert sorted(other.paths) == ["/d", "/robots.txt"]
    assert done.spider.skipped == {other.url + "/b": "robots-disallowed"}
    assert done.spider.read == [(other.url + "/d", 200)]
    assert done.spider.slots == ["127.0.0.2"]


@pytest.mark.parametrize("status", [500, 503, 429, 0])
async def test_std_unreachable_robots_disallow_everything(status: int) -> None:
    """RFC 9309 2.3.1.4: an error of the server or the network stops the visit, after some tries."""
    with Site(**{"/robots.txt": Answer(status)}) as site:
        done = await visit(site.url + "/a", site.url + "/b")
    assert site.paths == ["/robots.txt"] * 3
    assert done.stats["warkat/skipped/robots-unreachable"] == 2
    assert f"warkat/robots_unreachable/{site.url}/robots.txt" in done.stats


async def test_std_slow_robots_disallow_everything() -> None:
    """RFC 9309 2.3.1.4: a robots.txt that does not come in time stops the visit."""
    with Site(**{"/robots.txt": Answer(takes_s=0.5)}) as site:
        done = await visit(site.url + "/a", DOWNLOAD_TIMEOUT=0.1, WARKAT_RETRY_TIMES=0)
    assert site.pages == []
    assert done.reasons == {"robots-unreachable": 1}


async def test_robots_that_redirect_in_a_circle_disallow_everything() -> None:
    """A circle is a fault of the server, and no permission."""
    with Site(**{"/robots.txt": Answer(302, {"Location": "/r"}), "/r": Answer(302, {"Location": "/robots.txt"})}) as s:
        done = await visit(s.url + "/a")
    assert s.paths == ["/robots.txt", "/r"]
    assert done.reasons == {"robots-unreachable": 1}


async def test_std_robots_are_followed_over_five_redirects_to_another_host() -> None:
    """RFC 9309 2.3.1.2: at least five hops, across authorities, and the rules are of the first."""
    with Site("127.0.0.2", **{"/rules": robots("User-agent: *\nDisallow: /a")}) as other:
        hops = {f"/{n}": Answer(302, {"Location": f"/{n + 1}"}) for n in range(1, 4)}
        hops |= {"/robots.txt": Answer(302, {"Location": "/1"}), "/4": Answer(302, {"Location": other.url + "/rules"})}
        with Site(**hops) as site:
            done = await visit(site.url + "/a", site.url + "/b")
    assert site.paths == ["/robots.txt", "/1", "/2", "/3", "/4", "/b"]
    assert done.reasons == {"robots-disallowed": 1}


async def test_std_robots_behind_more_than_five_redirects_are_none() -> None:
    """RFC 9309 2.3.1.2: beyond five hops the file may be taken for missing."""
    hops = {f"/{n}": Answer(302, {"Location": f"/{n + 1}"}) for n in range(1, 9)}
    with Site(**{"/robots.txt": Answer(302, {"Location": "/1"})}, **hops) as site:
        done = await visit(site.url + "/a")
    assert site.paths == ["/robots.txt", "/1", "/2", "/3", "/4", "/5", "/a"]
    assert done.reasons == {}


@pytest.mark.parametrize("decoded", [True, False])
async def test_content_coded_robots_are_obeyed(decoded: bool) -> None:
    """Whether or not a middleware has unfolded the body before."""
    body = gzip.compress(b"User-agent: *\nDisallow: /")
    with Site(**{"/robots.txt": Answer(200, {"Content-Encoding": "gzip"}, body)}) as site:
        done = await visit(site.url + "/a", COMPRESSION_ENABLED=decoded)
    assert done.reasons == {"robots-disallowed": 1}


async def test_undecodable_robots_disallow_everything() -> None:
    """Rules that are there and cannot be read are no permission."""
    with Site(**{"/robots.txt": Answer(200, {"Content-Encoding": "rot13"}, b"x")}) as site:
        done = await visit(site.url + "/a")
    assert done.reasons == {"robots-unreachable": 1}


async def test_crawl_delay_holds_for_requests_that_wait_already() -> None:
    """The delay of robots.txt replaces a shorter one of ours from the first page on."""
    with Site(**{"/robots.txt": robots("User-agent: *\nCrawl-delay: 0.2")}) as site:
        await visit(*(f"{site.url}/{n}" for n in range(4)), DOWNLOAD_DELAY=0)
    assert len(site.pages) == 4
    assert min(site.gaps_s) >= 0.18


async def test_crawl_delay_is_capped() -> None:
    """A delay of an hour becomes the longest that we keep, else no visit would end."""
    with Site(**{"/robots.txt": robots("User-agent: *\nCrawl-delay: 3600")}) as site:
        await visit(site.url + "/a", site.url + "/b", WARKAT_CRAWL_DELAY_CAP_S=0.1)
    assert site.pages == ["/a", "/b"]
    assert min(site.gaps_s) >= 0.09


# --- one stream per host --------------------------------------------------------------------


async def test_two_requests_to_one_host_are_never_in_flight_together() -> None:
    """Robots included, the pause runs from the end of one request to the start of the next."""
    with Site(**{path: Answer(takes_s=0.05) for path in ("/robots.txt", "/0", "/1", "/2")}) as site:
        await visit(*(f"{site.url}/{n}" for n in range(3)), DOWNLOAD_DELAY=0.1, DOWNLOAD_DELAY_JITTER=0.5)
    assert site.paths[0] == "/robots.txt"
    assert len(site.pages) == 3
    assert min(site.gaps_s) >= 0.09


async def test_a_host_of_its_own_delay_keeps_it() -> None:
    """Scrapy's DOWNLOAD_SLOTS gives delay and streams of one host."""
    with Site() as site:
        await visit(site.url + "/a", site.url + "/b", DOWNLOAD_SLOTS={"127.0.0.1": {"delay": 0.15, "concurrency": 1}})
    assert min(site.gaps_s) >= 0.135


def waiting(host: Host, name: str, priority: int = 0) -> tuple[Request, asyncio.Task[Any]]:
    request = Request(f"http://x.test/{name}", priority=priority)
    return request, asyncio.create_task(host.enter(request))


async def test_higher_priority_goes_first_at_the_gate() -> None:
    """Requests that wait for their host are sent by priority, then by age."""
    host = Host("x.test", 0, 1, lambda: False)
    first = Request("http://x.test/")
    assert await host.enter(first) is None
    turns = {name: waiting(host, name, priority) for name, priority in (("a", 0), ("b", 0), ("urgent", 5))}
    await asyncio.sleep(0)
    host.leave(first)
    order = []
    while turns:
        await asyncio.sleep(0)
        for name in [name for name, (_, turn) in turns.items() if turn.done()]:
            order.append(name)
            host.leave(turns.pop(name)[0])
    assert order == ["urgent", "a", "b"]


async def test_one_who_gives_up_does_not_hold_the_gate() -> None:
    """A cancelled request makes room, both while it waits and just as its turn has come."""
    host = Host("x.test", 0, 1, lambda: False)
    first = Request("http://x.test/")
    assert await host.enter(first) is None
    turns = [waiting(host, name)[1] for name in "abc"]
    await asyncio.sleep(0)
    turns[0].cancel()
    await asyncio.sleep(0)
    host.leave(first)
    turns[1].cancel()
    assert await asyncio.wait_for(turns[2], 10) is None


async def test_what_asks_no_server_passes() -> None:
    """A data: address needs neither robots nor gate."""
    done = await visit("data:text/plain,berita")
    assert [status for _, status in done.spider.read] == [200]


# --- trouble --------------------------------------------------------------------------------


async def test_retry_after_rests_the_host() -> None:
    """The host is left in peace as long as it asked, then the request is tried again."""
    with Site(**{"/a": [Answer(503, {"Retry-After": "1"}), Answer()]}) as site:
        done = await visit(site.url + "/a", site.url + "/b")
    assert sorted(site.pages) == ["/a", "/a", "/b"]
    assert site.gaps_s[1] >= 0.9
    assert done.archived.count(503) == 1
    assert {status for _, status in done.spider.read} == {200}


@pytest.mark.parametrize("queue", ["crawler.politeness.HostQueue", "scrapy.pqueues.DownloaderAwarePriorityQueue"])
async def test_a_resting_host_does_not_hold_up_the_others(queue: str) -> None:
    """They go on while it rests."""
    rests = Answer(503, {"Retry-After": "200"})
    with Site(**{f"/{n}": rests for n in range(9)}) as site, Site("127.0.0.2") as other:
        urls = [f"{base}/{n}" for n in range(3) for base in (site.url, other.url)]
        await visit(*urls, stop_when=lambda: len(other.pages) == 3, SCHEDULER_PRIORITY_QUEUE=queue)
    assert len(site.pages) == 1


async def test_a_resting_host_does_not_fill_the_places_of_the_others() -> None:
    """With the host queue few places in all are enough, whoever was there first."""
    rests = Answer(503, {"Retry-After": "200"})
    with Site(**{f"/{n}": rests for n in range(9)}) as site, Site("127.0.0.2") as other:
        urls = [*(f"{site.url}/{n}" for n in range(9)), *(f"{other.url}/{n}" for n in range(3))]
        few = {"CONCURRENT_REQUESTS": 4, "SCHEDULER_PRIORITY_QUEUE": "crawler.politeness.HostQueue"}
        await visit(*urls, stop_when=lambda: len(other.pages) == 3, **few)
    assert len(site.pages) == 1


async def test_retry_after_of_31_years_ends_the_visit_to_the_host() -> None:
    """What waits is dropped with a reason, and the report says until when."""
    with Site(**{"/a": Answer(429, {"Retry-After": "1000000000"})}) as site, Site("127.0.0.2") as other:
        done = await visit(site.url + "/a", site.url + "/b", site.url + "/c", other.url + "/d")
    assert (site.pages, other.pages) == (["/a"], ["/d"])
    assert done.reasons == {"host-resting": 2}
    (rest,) = gate_of(done.crawler).resting()
    assert isinstance(rest, HostRest)
    assert rest.until
    assert rest.until - datetime.now(UTC) > timedelta(days=31 * 365)
    assert done.stats["warkat/resting/127.0.0.1/until"] == rest.until.isoformat()


async def test_refusals_without_retry_after_are_tried_with_growing_pauses() -> None:
    """Twice, each pause twice the last; then the answer is handed on as it is."""
    with Site(**{"/a": Answer(503)}) as site:
        done = await visit(site.url + "/a", WARKAT_BACKOFF_BASE_S=0.1)
    assert site.pages == ["/a"] * 3
    assert site.gaps_s[1] >= 0.09
    assert site.gaps_s[2] >= 0.18
    assert done.spider.read == [(site.url + "/a", 503)]
    assert done.archived == [404, 503, 503, 503]


@pytest.mark.parametrize("trouble", [500, 0])
async def test_broken_answers_are_tried_again(trouble: int) -> None:
    """A server error and a dropped connection pass; the next attempt is an exchange of its own."""
    with Site(**{"/a": [Answer(trouble), Answer()]}) as site:
        done = await visit(site.url + "/a")
    assert site.pages == ["/a", "/a"]
    assert done.spider.read == [(site.url + "/a", 200)]
    assert done.stats["retry/count"] == 1


@pytest.mark.parametrize("raised", [True, False])
async def test_a_body_that_breaks_off_is_tried_again(raised: bool) -> None:
    """Data loss counts as trouble whether Scrapy raises it or only flags the response."""
    with Site(**{"/a": [Answer(lacks=5), Answer()]}) as site:
        done = await visit(site.url + "/a", DOWNLOAD_FAIL_ON_DATALOSS=raised)
    assert site.pages == ["/a", "/a"]
    assert done.spider.read == [(site.url + "/a", 200)]
    assert done.stats["retry/count"] == 1


@pytest.mark.parametrize(("meta", "tries"), [({"dont_retry": True}, 1), ({"max_retry_times": 1}, 2), ({}, 3)])
async def test_retry_meta_means_what_scrapy_users_expect(meta: dict[str, Any], tries: int) -> None:
    """``dont_retry`` and ``max_retry_times`` of a request override the setting."""
    with Site(**{"/a": Answer(500)}) as site:
        await visit(Request(site.url + "/a", meta=meta))
    assert len(site.pages) == tries


async def test_three_forbidden_answers_end_the_visit_to_the_host() -> None:
    """A 403 is kept, never tried again, and the third in a row is taken as a no."""
    with Site(**{f"/{n}": Answer(403) for n in range(5)}, **{"/robots.txt": Answer(403)}) as site:
        queue = {"SCHEDULER_PRIORITY_QUEUE": "crawler.politeness.HostQueue"}
        done = await visit(*(f"{site.url}/{n}" for n in range(5)), RETRY_HTTP_CODES=[403], **queue)
    assert len(set(site.pages)) == len(site.pages) == 3
    assert [status for _, status in done.spider.read] == [403, 403, 403]
    assert done.reasons == {"host-forbids": 2}


async def test_a_host_that_never_answers_ends_its_visit(free_address: str) -> None:
    """Not every page is tried in vain when nobody is there."""
    urls = [Request(f"{free_address}/{n}", meta={"dont_obey_robotstxt": True}) for n in range(4)]
    done = await visit(*urls, WARKAT_TROUBLE_MAX=2, WARKAT_RETRY_TIMES=0)
    assert len(done.spider.failed) == 2
    assert done.reasons == {"host-silent": 2}


@pytest.mark.parametrize("path", ["/a", "/robots.txt"])
async def test_a_visit_can_be_stopped_while_a_host_rests(path: str) -> None:
    """What waits is dropped at once, with a reason, instead of waiting out the pause."""
    start_s = time.monotonic()
    with Site(**{path: Answer(503, {"Retry-After": "200"})}) as site:
        done = await visit(site.url + "/a", site.url + "/b", stop_when=lambda: path in site.paths)
    assert time.monotonic() - start_s < 100
    assert site.paths[-1] == path
    assert done.reasons["visit-ending"] >= 1


async def test_the_gate_must_be_there() -> None:
    """Half of the room without the other half is a fault in the settings, and says so."""
    half = {name: order for name, order in MIDDLEWARES.items() if "Gate" not in str(name)}
    with Site() as site:
        await visit(site.url + "/a", DOWNLOADER_MIDDLEWARES=half)
    assert site.hits == []


# --- the decisions --------------------------------------------------------------------------


def rules_of(text: str) -> Rules:
    return robots_verdict(200, text.encode())


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 300, 301, 304])
def test_std_unavailable_robots_allow_everything(status: int) -> None:
    """RFC 9309 2.3.1.3: there is no robots.txt; 2.3.1.2: a redirect that leads nowhere."""
    assert robots_verdict(status, b"User-agent: *\nDisallow: /") is ALLOW_ALL
    assert ALLOW_ALL.refuses("http://x.test/a") is None
    assert ALLOW_ALL.delay_s == 0


@pytest.mark.parametrize("status", [None, 0, 199, 429, 500, 503, 599, 999])
def test_std_unreachable_robots_refuse_everything(status: int | None) -> None:
    """RFC 9309 2.3.1.4; 429 is our own choice, for it says that we knock too hard."""
    assert robots_verdict(status, b"User-agent: *\nAllow: /") is UNREACHABLE
    assert UNREACHABLE.refuses("http://x.test/") == "robots-unreachable"


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("warkat", True),
        ("WarKat", True),
        ("warkat/2.1 (+https://example.org)", True),
        ("  warkat  # us", True),
        ("war", False),
        ("w", False),
        ("warkatbot", False),
        ("my-warkat", False),
        ("kat", False),
        ("-", False),
        ("", False),
    ],
)
def test_std_group_is_matched_by_the_whole_product_token(name: str, ours: bool) -> None:
    """RFC 9309 2.2.1: without regard to case, and no part of a name will do."""
    rules = rules_of(f"User-agent: *\nDisallow: /semua\n\nUser-agent: {name}\nDisallow: /kami")
    assert (rules.refuses("http://x.test/kami") is not None) is ours
    assert (rules.refuses("http://x.test/semua") is not None) is not ours


def test_std_groups_of_the_same_name_are_one() -> None:
    """RFC 9309 2.2.1: their rules are combined."""
    rules = rules_of(
        "User-agent: warkat\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: warkat\nDisallow: /b"
    )
    assert [rules.refuses(f"http://x.test/{p}") is None for p in "abc"] == [False, False, True]


def test_std_longest_rule_wins_and_allow_wins_a_tie() -> None:
    """RFC 9309 2.2.2."""
    rules = rules_of("User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /c\nAllow: /c\nDisallow: /*.pdf$")
    allowed = {p for p in ("/a/x", "/a/b/x", "/c", "/x.pdf", "/x.pdf?1") if not rules.refuses("http://x.test" + p)}
    assert allowed == {"/a/b/x", "/c", "/x.pdf?1"}


def test_std_robots_are_read_to_half_a_mebibyte() -> None:
    """RFC 9309 2.5: 500 KiB count; what comes later does not, nor does a line that is cut."""
    head = b"User-agent: *\nDisallow: /awal\n"
    line = b"Disallow: /tepi/sekali\n"
    filler = b"#" * (512 * 1024 - len(head) - 20) + b"\n"
    rules = robots_verdict(200, head + filler + line + b"Disallow: /akhir\n")
    assert rules.refuses("http://x.test/awal")
    assert not rules.refuses("http://x.test/tepi/lain")
    assert not rules.refuses("http://x.test/akhir")


@pytest.mark.parametrize(
    "text", [b"\xef\xbb\xbfUser-agent: *\nDisallow: /a", b"# Jum\x92at \xff\r\nUSER-AGENT:*\rDisallow:/a"]
)
def test_std_odd_encodings_are_read(text: bytes) -> None:
    """RFC 9309 2.3: UTF-8; a mark before it, a wrong byte, any line end are forgiven."""
    assert robots_verdict(200, text).refuses("http://x.test/a")


def test_a_page_instead_of_robots_allows() -> None:
    """Many sites answer any address with a page: no rule in it, none to keep."""
    assert rules_of("<!doctype html><title>Beranda</title>").refuses("http://x.test/a") is None


@given(st.binary(max_size=300))
def test_any_bytes_are_some_rules(body: bytes) -> None:
    """Nothing that a server sends as robots.txt is an error."""
    rules = robots_verdict(200, b"User-agent: *\n" + body)
    assert rules.refuses("http://x.test/a") in (None, "robots-disallowed")
    assert rules.delay_s >= 0


@pytest.mark.parametrize(
    ("lines", "delay_s"),
    [
        ("Crawl-delay: 7", 7),
        ("Request-rate: 1/10", 10),
        ("Crawl-delay: 2\nRequest-rate: 2/1m", 30),
        ("Crawl-delay: 20\nRequest-rate: 1/10", 20),
        ("Crawl-delay: -1", 0),
        ("Crawl-delay: soon", 0),
        ("Disallow: /x", 0),
    ],
)
def test_the_stricter_delay_counts(lines: str, delay_s: float) -> None:
    """Crawl-delay and Request-rate of our group; nonsense is none."""
    assert rules_of(f"User-agent: x\nCrawl-delay: 99\n\nUser-agent: *\n{lines}").delay_s == delay_s


@pytest.mark.parametrize(
    ("status", "location", "target"),
    [
        (301, "/b", "http://x.test/b"),
        (308, "//y.test/b", "http://y.test/b"),
        (302, " https://y.test/ ", "https://y.test/"),
        (200, "/b", None),
        (300, "/b", None),
        (302, None, None),
        (302, "file:///etc/passwd", None),
        (302, "http://[", None),
        (302, "http:///b", "http://x.test/b"),
    ],
)
def test_redirect_target(status: int, location: str | None, target: str | None) -> None:
    """Only a redirect with an http address in it is one."""
    assert redirect_target("http://x.test/robots.txt", status, location) == target


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        (format_datetime(NOW + timedelta(minutes=2), usegmt=True), 120),
        ("Monday, 02-Mar-26 08:02:00 GMT", 120),
        ("Mon Mar  2 08:02:00 2026", 120),
        ("Mon, 02 Mar 2026 07:00:00 GMT", 0),
        ("9" * 5000, float("inf")),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_std_retry_after_is_read(value: str | None, seconds: float | None) -> None:
    """RFC 9110 10.2.3: seconds, or one of the three forms of a date."""
    assert retry_after_seconds(value, NOW) == seconds


@given(st.text())
def test_any_text_is_some_retry_after(value: str) -> None:
    """Nothing that a server sends there is an error."""
    seconds = retry_after_seconds(value, NOW)
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(("attempt", "pause_s"), [(1, 5), (2, 10), (3, 20), (7, 300), (10**9, 300)])
def test_pauses_double_up_to_the_cap(attempt: int, pause_s: float) -> None:
    """However often something failed."""
    assert next_pause(attempt, 5, 300) == pause_s


def test_pauses_grow_with_the_tries_and_with_the_troubles_of_the_host() -> None:
    """Whichever are more; short while it may be the page alone that is broken or silent."""
    pauses = [
        judge(Attempt(status=status, number=number), Standing(troubles), delay_s, LIMITS, NOW).rest_s
        for status, number, troubles, delay_s in [
            (503, 1, 0, 1), (503, 2, 0, 1), (503, 1, 7, 5), (None, 1, 0, 5), (None, 1, 5, 1), (500, 2, 6, 1),
            (500, 12, 0, 1),
        ]
    ]  # fmt: skip
    assert pauses == [2, 4, 40, 5, 1, 2, 300]


def test_retry_after_is_kept_to_the_second_up_to_the_cap() -> None:
    """Beyond the cap the host is left alone until the time it names."""
    asked = [judge(Attempt(status=429, retry_after=v), Standing(), 1, LIMITS, NOW) for v in ("2", "300", "301")]
    assert [v.rest_s for v in asked] == [2, 300, 0]
    assert [v.closed for v in asked] == [None, None, "host-resting"]
    assert asked[2].until == NOW + timedelta(seconds=301)


def test_a_pause_beyond_all_calendars_ends_with_the_calendar() -> None:
    """No number is too large to be reported."""
    verdict = judge(Attempt(status=503, retry_after="9" * 400), Standing(), 1, LIMITS, NOW)
    assert verdict.until == datetime.max.replace(tzinfo=UTC)


def test_a_retry_after_of_nothing_is_answered_with_our_own_pause() -> None:
    """A server in trouble that says "at once" is given time all the same."""
    assert judge(Attempt(status=503, retry_after="0"), Standing(), 1, LIMITS, NOW).rest_s == 2


@pytest.mark.parametrize(("status", "reason"), [(429, "host-resting"), (503, "host-resting"), (None, "host-silent")])
def test_a_host_in_trouble_too_often_is_left_alone(status: int | None, reason: str) -> None:
    """Eight times in a row, over all its pages."""
    standing = Standing()
    for _ in range(7):
        verdict = judge(Attempt(status=status), standing, 1, LIMITS, NOW)
        assert verdict.closed is None
        standing = verdict.standing
    assert judge(Attempt(status=status), standing, 1, LIMITS, NOW).closed == reason


def test_a_good_answer_clears_the_host() -> None:
    """Only troubles and refusals in a row count; a broken page is neither good nor bad."""
    standing = Standing(troubles=5, forbidden=2)
    assert judge(Attempt(status=200), standing, 1, LIMITS, NOW).standing == Standing()
    assert judge(Attempt(status=404), standing, 1, LIMITS, NOW).standing == Standing()
    assert judge(Attempt(status=500), standing, 1, LIMITS, NOW).standing == standing


def test_a_challenge_forbids_like_a_403() -> None:
    """Whatever status it is sent with."""
    verdict = judge(Attempt(status=202, challenged=True), Standing(forbidden=2), 1, LIMITS, NOW)
    assert (verdict.closed, verdict.rest_s) == ("host-forbids", 0)
