"""Servers that live as long as one `with` block, as an unprivileged user, on loopback and sockets only.

Every server runs in the foreground as our child. Leaving the block stops it; should this process be killed,
the kernel stops it (parent-death signal), so nothing is left running either way.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.live import packages

LOOPBACK = "127.0.0.1"
USER = "www-data"
"""Whom the servers run as when the tests run as root; else they run as ourselves."""
START_S = 60.0
"""How long a server may take to answer for the first time."""
STOP_S = 30.0
"""How long a server may take to leave before it is killed."""
SOCKET_PATH_MAX = 100
"""A little below the kernel's 107 bytes for the path of a socket."""


class ServerFailed(Exception):
    """A server or a script of the stand-in did not do its work; carries the end of its output."""


def need(pattern: str) -> str:
    """Gives the path of a program that must be there."""
    path = packages.program(pattern)
    if path is None:
        raise ServerFailed(f"{pattern} is not installed")
    return path


def as_throwaway(command: Sequence[str]) -> list[str]:
    """Puts in front of a command what drops privileges and ties its life to ours."""
    prefix = [need("setpriv"), "--pdeathsig", "TERM"]
    if os.geteuid() == 0:
        user = pwd.getpwnam(USER)
        prefix += ["--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups"]
    return [*prefix, "--", *command]


def give_away(path: Path) -> None:
    """Makes the unprivileged user the owner of a folder and of all below it."""
    if os.geteuid() != 0:
        return
    for item in [path, *path.rglob("*")]:
        shutil.chown(item, USER, pwd.getpwnam(USER).pw_gid) if not item.is_symlink() else None


@contextmanager
def throwaway_folder() -> Iterator[Path]:
    """Gives a new folder with a path short enough for sockets, and removes it in the end."""
    parent = tempfile.gettempdir()
    short = parent if len(parent) < SOCKET_PATH_MAX - 40 else "/tmp"
    with tempfile.TemporaryDirectory(prefix="wp-", dir=short, ignore_cleanup_errors=True) as name:
        yield Path(name)


def free_port() -> int:
    """Gives a port of the loopback address that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def answers(address: str | tuple[str, int]) -> Callable[[], bool]:
    """Gives a check whether somebody accepts connections at a socket path or at (host, port)."""

    def check() -> bool:
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        with socket.socket(family) as probe:
            return probe.connect_ex(address) == 0

    return check


def run_once(command: Sequence[str], env: Mapping[str, str], work: str) -> str:
    """Runs a program of the stand-in to its end and gives what it printed.

    Raises:
        ServerFailed: it ended with another status than 0; `work` names what it was to do.
    """
    done = subprocess.run(as_throwaway(command), env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerFailed(f"{work} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


@contextmanager
def server(
    command: Sequence[str],
    env: Mapping[str, str],
    log: Path,
    ready: Callable[[], bool],
) -> Iterator[None]:
    """Runs a server for the time of the block.

    Raises:
        ServerFailed: it ended or did not answer in time.
    """
    with log.open("wb") as output:
        # A session of its own: the terminal's Ctrl-C is for us, and the whole group can be ended.
        process = subprocess.Popen(
            as_throwaway(command),
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until(ready, process, log)
        yield
    finally:
        stop(process)


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Waits for the first answer of a server."""
    end = time.monotonic() + START_S
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            raise ServerFailed(f"{log.stem} does not answer:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Asks a server to leave and waits until it has."""
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def mariadb(root: Path, env: Mapping[str, str]) -> Iterator[Path]:
    """Runs a database of its own, reachable by its socket only, and gives the socket's path."""
    data, path = root / "db", root / "db.sock"
    prepare = ["--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"]
    run_once([need("mariadb-install-db"), *prepare, "--skip-test-db"], env, "making the database")
    # Small logs and no sync: the data lives for a minute and nobody would miss it.
    options = ["--innodb-log-file-size=8M", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0"]
    place = [f"--datadir={data}", f"--socket={path}", f"--pid-file={root / 'db.pid'}", "--skip-networking"]
    command = [need("mariadbd"), "--no-defaults", *place, *options, "--character-set-server=utf8mb4"]
    with server(command, env, root / "mariadb.log", answers(str(path))):
        yield path


@contextmanager
def hosting(root: Path, port: int, env: Mapping[str, str]) -> Iterator[None]:
    """Runs nginx with PHP workers, as most hosts do; their configuration must lie in the folder."""
    php = [need("php-fpm*"), "--fpm-config", str(root / "php-fpm.conf")]
    web = [need("nginx"), "-e", "stderr", "-c", str(root / "nginx.conf")]
    with (
        server(php, env, root / "php-fpm.log", answers(str(root / "php.sock"))),
        server(web, env, root / "nginx.log", answers((LOOPBACK, port))),
    ):
        yield


@contextmanager
def php_server(root: Path, site: Path, port: int, env: Mapping[str, str]) -> Iterator[None]:
    """Runs PHP's own web server: no compression, no lasting connections, but nothing else to install."""
    prepend = f"auto_prepend_file={root / 'php' / 'prepend.php'}"
    place = ["-S", f"{LOOPBACK}:{port}", "-t", str(site), str(root / "php" / "router.php")]
    # One process only: the workers that PHP offers here outlive the process that started them.
    with server([need("php"), "-d", prepend, *place], env, root / "php.log", answers((LOOPBACK, port))):
        yield
