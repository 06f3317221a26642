"""Crawling what is due: once, as cron and systemd call it every ten minutes, or in the foreground.

::

    catalog: last visits -> agenda (pure: sources.due) -> run of the sources that are due -> alarms

Nothing of the schedule is kept but the visits themselves, so there is nothing that could be out of step with them.
"""

from crawler.schedule.agenda import Entry, agenda, last_visits
from crawler.schedule.duty import Duty, run_due

__all__ = ["Duty", "Entry", "agenda", "last_visits", "run_due"]
