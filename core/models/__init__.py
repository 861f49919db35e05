"""The kit's own tables: history, serial numbers, work-day exceptions, policies, our company, jobs, messages, files,
imports, closed months, what is typed and not saved, private links."""

from core.models.attachment import Attachment
from core.models.autosave import Autosave
from core.models.company import Company
from core.models.counter import Counter
from core.models.event import Event
from core.models.held_file import HeldFile
from core.models.history_check import HistoryCheck
from core.models.import_run import ImportRun
from core.models.job import MAX_ATTEMPTS, Job
from core.models.message import Message
from core.models.period import ClosedMonth
from core.models.policy import PolicyValue
from core.models.private_link import LinkTry, PrivateLink
from core.models.stateful import Stateful
from core.models.workday import WorkdayOverride

__all__ = [
    "MAX_ATTEMPTS",
    "Attachment",
    "Autosave",
    "ClosedMonth",
    "Company",
    "Counter",
    "Event",
    "HeldFile",
    "HistoryCheck",
    "ImportRun",
    "Job",
    "LinkTry",
    "Message",
    "PolicyValue",
    "PrivateLink",
    "Stateful",
    "WorkdayOverride",
]
