"""One run from its selection to its report: what the command line and the pytest plugin have in common."""

from harness.session.choice import TargetChoice, distinct, named, opened
from harness.session.files import DEFAULT_OUT, Session
from harness.session.judging import Course, Listener, Manner, Sending, judge
from harness.session.outcome import GRADES, worst_code
from harness.session.reaching import limits_for, resources_of, transport_to
from harness.session.resume import UNFINISHED, Resumed, resumed
from harness.session.settings import merged

__all__ = [
    "DEFAULT_OUT",
    "GRADES",
    "UNFINISHED",
    "Course",
    "Listener",
    "Manner",
    "Resumed",
    "Sending",
    "Session",
    "TargetChoice",
    "distinct",
    "judge",
    "limits_for",
    "merged",
    "named",
    "opened",
    "resources_of",
    "resumed",
    "transport_to",
    "worst_code",
]
