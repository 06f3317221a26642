"""Which Debian packages a live WordPress needs, which of them are missing, and how to install them."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

WORDPRESS = Path("/usr/share/wordpress")
THEMES = WORDPRESS / "wp-content" / "themes"
LANGUAGES = WORDPRESS / "wp-content" / "languages"

PROGRAMS = {
    "mariadb-server": ("mariadbd", "mariadb-install-db"),
    "php-cli": ("php",),
    "util-linux": ("setpriv",),
}
"""Package to the programs that we start."""

HOSTING = {"nginx-light": ("nginx",), "php-fpm": ("php-fpm*",)}
"""The preferred web server; without it PHP's own is used, which neither compresses nor keeps connections."""

FILES = {
    "wordpress": WORDPRESS / "wp-load.php",
    "wordpress-theme-twentytwentyone": THEMES / "twentytwentyone" / "style.css",
    "wordpress-theme-twentytwentythree": THEMES / "twentytwentythree" / "style.css",
}
"""Package to a file that shows that it is there."""

PHP_MODULES = {"php-mysql": "mysqli", "php-gd": "gd", "php-xml": "SimpleXML", "php-mbstring": "mbstring"}
"""Package to the PHP module in it; without SimpleXML WordPress 6.1 answers its sitemap with an error."""

EXTRA = ("php", "wordpress-l10n", "mariadb-client", "php-curl", "php-intl")
"""Wanted but not checked: `php` keeps Apache out (php-fpm then satisfies it), the rest is what hosts have."""


def program(pattern: str) -> str | None:
    """Finds a program by name or pattern, also where only administrators look."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    # The path may name folders of another user, which Python's glob refuses with an error.
    for folder in filter(readable, [*folders, "/usr/sbin", "/sbin"]):
        for path in sorted(Path(folder).glob(pattern)):
            if os.access(path, os.X_OK):
                return str(path)
    return None


def readable(folder: str) -> bool:
    """Says whether we may look into a folder."""
    return os.access(folder, os.R_OK | os.X_OK)


def absent(wanted: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Names the packages of which a program is not there."""
    return [package for package, names in wanted.items() if not all(program(name) for name in names)]


def missing_modules() -> list[str]:
    """Names the packages whose PHP module is not loaded; all of them when there is no PHP."""
    php = program("php")
    if php is None:
        return list(PHP_MODULES)
    loaded = subprocess.run([php, "-m"], capture_output=True, text=True, check=True).stdout.split()
    return [package for package, module in PHP_MODULES.items() if module not in loaded]


def missing() -> list[str]:
    """Names the packages without which no site can be started."""
    files = [package for package, path in FILES.items() if not path.exists()]
    return [*absent(PROGRAMS), *files, *missing_modules()]


def has_hosting() -> bool:
    """Says whether the preferred web server is there."""
    return not absent(HOSTING)


def has_language(code: str) -> bool:
    """Says whether WordPress can speak a language without asking the network for it."""
    return (LANGUAGES / f"{code}.mo").exists()


def install() -> None:
    """Installs everything by apt-get; needs root.

    On a machine with a service manager the packages start services of their own, which the tests do not use.
    """
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise SystemExit("--install needs root and a Debian system with apt-get")
    wanted: Iterable[str] = (*PROGRAMS, *HOSTING, *FILES, *PHP_MODULES, *EXTRA)
    command = [apt, "install", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", *wanted]
    subprocess.run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, check=True)
