"""The kit's own tables: history, serial numbers, work-day exceptions, policies, our company, jobs, messages, files,
imports, closed months."""

from core.models.attachment import Attachment
from core.models.company import Company
from core.models.counter import Counter
from core.models.event import Event
from core.models.import_run import ImportRun
from core.models.job import MAX_ATTEMPTS, Job
from core.models.message import Message
from core.models.period import ClosedMonth
from core.models.policy import PolicyValue
from core.models.workday import WorkdayOverride

__all__ = [
    "MAX_ATTEMPTS",
    "Attachment",
    "ClosedMonth",
    "Company",
    "Counter",
    "Event",
    "ImportRun",
    "Job",
    "Message",
    "PolicyValue",
    "WorkdayOverride",
]
