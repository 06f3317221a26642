"""After a visit: how it ended, what is wrong with the source by its own history, and the exit status of the run.

Nothing in here reads a file or a clock: counts and earlier counts in, names out. What is kept of each visit for its
successors to be measured by is its report in the catalog.
"""

from crawler.health.causes import CAUSES, Cause
from crawler.health.facts import Facts, facts_of
from crawler.health.findings import Finding, as_findings, judged, new_alarms
from crawler.health.outcome import FEW, ExitStatus, exit_status, judge_readings, judge_visit

__all__ = [
    "CAUSES",
    "FEW",
    "Cause",
    "ExitStatus",
    "Facts",
    "Finding",
    "as_findings",
    "exit_status",
    "facts_of",
    "judge_readings",
    "judge_visit",
    "judged",
    "new_alarms",
]
