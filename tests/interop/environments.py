"""An environment of its own for each foreign tool: made once, kept, never mixed with ours.

They live below the folder that ``WARKAT_INTEROP_ENVS`` names, or ``.interop/`` in the repository.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPTS = Path(__file__).with_name("scripts")
TOOLS = {
    # surt and pywb still import pkg_resources, which setuptools dropped in 81.
    "cdxj-indexer": ("cdxj-indexer==1.5.0", "setuptools<81"),
    "pywb": ("pywb==2.10.0", "setuptools<81"),
    "warcio": ("warcio==1.8.1",),
    "wacz": ("wacz==0.6.0", "setuptools<81"),
    "fastwarc": ("fastwarc==2.0.1",),
}
"""Pinned: what is compared with is a fixed thing, and a newer version is tried on purpose."""


def environments_folder() -> Path:
    """Where the environments are kept between runs."""
    return Path(os.environ.get("WARKAT_INTEROP_ENVS") or REPOSITORY / ".interop")


def program(tool: str, name: str = "python") -> Path:
    """A program of a tool's environment; the environment is made when it is missing or was made for other versions."""
    folder = environments_folder() / f"{tool}-py{sys.version_info.major}.{sys.version_info.minor}"
    wanted = "\n".join(TOOLS[tool])
    made = folder / "made-for.txt"
    if not made.exists() or made.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *TOOLS[tool]]
        installed = subprocess.run(pip, capture_output=True, text=True, check=False)
        if installed.returncode:
            raise RuntimeError(f"{tool} could not be installed:\n{installed.stderr}")
        made.write_text(wanted)  # last, so that a half-made environment is made again
    return folder / "bin" / name


def run(tool: str, *arguments: str | Path, name: str = "python", told: str | None = None) -> str:
    """What a program of a tool prints, given ``told`` on its standard input.

    Raises:
        RuntimeError: it failed; says what it complained of.
    """
    command = [str(program(tool, name)), *map(str, arguments)]
    done = subprocess.run(command, input=told, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout
