"""Texts for systemd and cron that call ``warkat run`` every ten minutes. Pure."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from crawler.health import ExitStatus

_NO_FAILURES = (ExitStatus.INTERRUPTED, ExitStatus.BUSY, ExitStatus.TIME_LIMIT, ExitStatus.RATE_LIMITED)

_UNITS = """\
# Save the two parts as ~/.config/systemd/user/{name}.service and {name}.timer, then:
#   systemctl --user daemon-reload && systemctl --user enable --now {name}.timer
#   loginctl enable-linger        so that it runs while you are not logged in
# What it did: journalctl --user -u {name}    What needs you: warkat status

# --- {name}.service
[Unit]
Description=warkat crawls what is due in {root}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={call}
# 30, something new needs a person, stays a failure: systemctl --user --failed shows it.
SuccessExitStatus={statuses}
TimeoutStartSec=infinity
TimeoutStopSec=15
Nice=10

# --- {name}.timer
[Unit]
Description=warkat looks every ten minutes what is due in {root}

[Timer]
OnCalendar=*:0/10
# A run that lasts longer is not started twice; one that was missed is caught up once.
Persistent=true

[Install]
WantedBy=timers.target
"""


def systemd_units(command: list[str], root: Path) -> str:
    """A service and a timer in one text, with what to do with them.

    Args:
        command: that is ``warkat``.
        root: absolute folder of the collection.
    """
    name = "warkat-" + (re.sub(r"[^A-Za-z0-9_.-]+", "-", root.name).strip("-") or "collection")
    call = " ".join(_systemd_word(word) for word in [*command, "-C", str(root), "run", "--progress", "plain"])
    statuses = " ".join(str(int(status)) for status in _NO_FAILURES)
    return _UNITS.format(name=name, call=call, root=_systemd_text(root), statuses=statuses)


def cron_line(command: list[str], root: Path) -> str:
    """A line for ``crontab -e``; silent but for faults, so that mail means something."""
    call = " ".join(shlex.quote(word) for word in [*command, "-C", str(root), "run", "--quiet"])
    escaped = call.replace("%", "\\%")  # a percent sign ends a line of cron
    return f"# crontab -e; warkat says something only when a person is needed\n*/10 * * * * {escaped}\n"


def _systemd_text(path: Path) -> str:
    return str(path).replace("%", "%%")


def _systemd_word(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if re.search(r"[\s\"'\\;]", word) else escaped
