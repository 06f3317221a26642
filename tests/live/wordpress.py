"""A real WordPress on loopback, filled with known posts, for the time of a `with` block.

The program is Debian's, untouched: the site's folder holds links to it, a configuration and the uploads. From
a shell, `tests/live/wordpress.sh` runs the same until it is told to stop; `--install` gets the packages.

    with WordPress(permalinks="date") as site:
        fetch(site.url); compare(site.posts)
"""

import argparse
import json
import os
import shutil
import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, cast, get_args

from tests.live import packages
from tests.live.posts import ExpectedPost, Rows, Unwanted, data_for_site, expected_posts, unwanted
from tests.live.servers import (
    LOOPBACK,
    free_port,
    give_away,
    hosting,
    mariadb,
    need,
    php_server,
    run_once,
    throwaway_folder,
)

HERE = Path(__file__).parent
TITLE = "Pemerintah Kabupaten Contoh"
LANGUAGE = "id_ID"
PER_PAGE = 10
"""Posts on a listing page and in a feed page, the default of WordPress."""

Permalinks = Literal["date", "name", "plain"]
Theme = Literal["twentytwentyone", "twentytwentythree"]
Server = Literal["nginx", "php"]

STRUCTURES: dict[Permalinks, str] = {
    "date": "/%year%/%monthnum%/%day%/%postname%/",
    "name": "/%postname%/",
    "plain": "",
}
OPTIONS = {
    "timezone_string": "Asia/Jakarta",
    "date_format": "j F Y",
    "time_format": "H:i",
    "blogdescription": "Situs resmi",
    "posts_per_page": PER_PAGE,
    "posts_per_rss": PER_PAGE,
}


class WordPress:
    """A site that starts on entering and is gone after leaving.

    Args:
        permalinks: Shape of the addresses: `date`, `name` or `plain` (`?p=`).
        theme: A classic theme (twentytwentyone) or a block theme (twentytwentythree).
        server: `nginx` with PHP workers or PHP's own; by default the first that is installed.
    """

    url: str
    """Address of the front page, without a slash at the end."""
    posts: list[ExpectedPost]
    """What a crawl must find, the oldest first."""
    unwanted: list[Unwanted]
    """What a crawl must not take for an article."""

    def __init__(
        self,
        permalinks: Permalinks = "date",
        theme: Theme = "twentytwentyone",
        server: Server | None = None,
    ) -> None:
        self.permalinks: Permalinks = permalinks
        self.theme: Theme = theme
        self._server = server or ("nginx" if packages.has_hosting() else "php")
        self._stack = ExitStack()
        self._root = Path()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def feed(self, page: int = 1) -> str:
        """Gives the address of a page of the RSS feed."""
        if self.permalinks == "plain":
            return f"{self.url}/?feed=rss2" + (f"&paged={page}" if page > 1 else "")
        return f"{self.url}/feed/" + (f"?paged={page}" if page > 1 else "")

    def rest(self, page: int = 1, per_page: int = 20) -> str:
        """Gives the address of a page of posts in the REST interface."""
        start = "/?rest_route=/wp/v2/posts&" if self.permalinks == "plain" else "/wp-json/wp/v2/posts?"
        return f"{self.url}{start}per_page={per_page}&page={page}"

    def sitemap(self) -> str:
        """Gives the address of the sitemap index."""
        return f"{self.url}/" + ("?sitemap=index" if self.permalinks == "plain" else "wp-sitemap.xml")

    def listing(self, page: int = 1) -> str:
        """Gives the address of a page of the front page's listing."""
        if page == 1:
            return f"{self.url}/"
        return f"{self.url}/" + (f"?paged={page}" if self.permalinks == "plain" else f"page/{page}/")

    def requests(self) -> list[str]:
        """Gives what nginx has logged: instant, status, connection, method, path, user agent per line."""
        return (self._root / "access.log").read_text().splitlines()

    def _start(self, stack: ExitStack) -> None:
        root = self._root = stack.enter_context(throwaway_folder())
        port = free_port()
        self.url = f"http://{LOOPBACK}:{port}"
        site = lay_out(root, port)
        env = environment(root, self.url)
        give_away(root)
        stack.enter_context(mariadb(root, env))
        rows = self._fill(root, env)
        self.posts, self.unwanted = expected_posts(rows), unwanted(rows)
        web = hosting(root, port, env) if self._server == "nginx" else php_server(root, site, port, env)
        stack.enter_context(web)

    def _fill(self, root: Path, env: dict[str, str]) -> Rows:
        php = [need("php"), "-d", f"auto_prepend_file={root / 'php' / 'prepend.php'}"]
        language = LANGUAGE if packages.has_language(LANGUAGE) else ""
        run_once([*php, str(root / "php" / "install.php"), TITLE, language], env, "the installation")
        settings = {"options": OPTIONS, "permalinks": STRUCTURES[self.permalinks], "theme": self.theme}
        data = root / "posts.json"
        data.write_text(json.dumps({**settings, **data_for_site()}))
        data.chmod(0o644)
        answer = run_once([*php, str(root / "php" / "fill.php"), str(data)], env, "filling the site")
        return cast("Rows", json.loads(answer))


def environment(root: Path, url: str) -> dict[str, str]:
    """Gives all that the servers and scripts know of the outside."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "HOME": str(root),
        "TMPDIR": str(root),
        "WP_LIVE_ROOT": str(root / "site"),
        "WP_LIVE_SOCKET": str(root / "db.sock"),
        "WP_LIVE_URL": url,
    }


def lay_out(root: Path, port: int) -> Path:
    """Makes the folder: links to the Debian package, our configuration; gives the site's folder."""
    site, content = root / "site", root / "site" / "wp-content"
    for folder in (content / "uploads", content / "themes", content / "languages", content / "mu-plugins"):
        folder.mkdir(parents=True)
    for item in packages.WORDPRESS.iterdir():
        if item.name not in ("wp-content", "wp-config.php", ".htaccess"):
            (site / item.name).symlink_to(item)
    for theme in packages.THEMES.iterdir():
        (content / "themes" / theme.name).symlink_to(theme)
    if packages.has_language(LANGUAGE):
        (content / "languages" / f"{LANGUAGE}.mo").symlink_to(packages.LANGUAGES / f"{LANGUAGE}.mo")
    # Copies, since the user that runs the servers need not be able to read our folder.
    shutil.copytree(HERE / "php", root / "php")
    shutil.copy(HERE / "php" / "wp-config.php", site)
    shutil.copy(HERE / "php" / "quiet.php", content / "mu-plugins")
    for name in ("nginx.conf", "php-fpm.conf"):
        text = (HERE / "conf" / name).read_text()
        for mark, value in {"@RUN@": root, "@SITE@": site, "@PHP@": root / "php", "@PORT@": port}.items():
            text = text.replace(mark, str(value))
        (root / name).write_text(text)
    return site


def main() -> None:
    """Runs a site until SIGTERM or SIGINT and says where it is."""
    parser = argparse.ArgumentParser(prog="wordpress.sh", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say which packages are missing")
    parser.add_argument("--install", action="store_true", help="only install what is missing (root, Debian)")
    parser.add_argument("--permalinks", choices=get_args(Permalinks), default="date")
    parser.add_argument("--theme", choices=get_args(Theme), default="twentytwentyone")
    parser.add_argument("--server", choices=get_args(Server), default=None)
    options = parser.parse_args()
    if options.install and (packages.missing() or not packages.has_hosting()):
        packages.install()
    if lacking := packages.missing():
        sys.exit(f"missing packages: {' '.join(lacking)}\nwordpress.sh --install gets them")
    if options.check or options.install:
        return
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with WordPress(options.permalinks, options.theme, options.server) as site:
        print(site.url, site.feed(), site.rest(), site.sitemap(), sep="\n", flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
