"""The interface as an application of its own, for ``warkat serve``; ``routes.api_routes`` is what others take in."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from archive.api.library import Library
from archive.api.routes import api_routes, problem
from archive.replay.guard import ALWAYS, App, Door, Receive, Scope, Send


def api_app(library: Library, door: Door, today: Callable[[], str]) -> App:
    """The application behind its door; every refusal is a problem in JSON.

    Args:
        library: who answers.
        door: who may ask.
        today: the day now, UTC.
    """

    async def home(_: Request) -> Response:
        return RedirectResponse("charts")

    async def nothing(request: Request, _: Exception) -> Response:
        return problem(404, "There is no such address", "see /api/openapi.json")

    async def not_so(request: Request, _: Exception) -> Response:
        return problem(405, "Only reading is possible here", f"{request.method} is not taken", {"allow": "GET, HEAD"})

    inner = Starlette(
        routes=[Route("/", home), *api_routes(library, today)], exception_handlers={404: nothing, 405: not_so}
    )

    return _behind(inner, door)


def _behind(inner: App, door: Door) -> App:
    """The application for those who may come in."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await inner(scope, receive, send)
            return
        refused = door.refusal(scope["headers"], scope["method"])
        if refused:
            status, words = refused
            more = {"www-authenticate": 'Bearer realm="warkat"'} if status == 401 else {}
            await problem(status, "You may not come in", words, more)(scope, receive, send)
            return

        async def safely(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *ALWAYS]  # type: ignore[misc]
            await send(message)

        await inner(scope, receive, safely)  # type: ignore[arg-type]

    return app
