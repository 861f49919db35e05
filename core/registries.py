"""The typed lists through which apps tell the kit what exists.

Nothing here imports an app: the kit stays free of domain words, and lower apps never name upper ones. Each list is
filled by a decorator (for what is data by a function) that stands beside the type of its entries; the modules that use
it are found by their names once all models exist (``core.apps.ROOMS``).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from core.events import Wording
    from core.home import Panel
    from core.imports.kinds import ImportKind
    from core.invariants import Invariant
    from core.jobs.kinds import JobKind
    from core.links.purposes import Purpose
    from core.listing import ListPage
    from core.protections import Trigger
    from core.search import Hit, Question
    from core.workflow import Machine
    from core.worklist import Source

Words = str | Promise

#: The kinds of work that wait for people: ``core.worklist.worklist_source``.
worklist: list[Source] = []

#: What stands below the worklist: ``core.home.home_panel``.
home: list[Panel] = []

#: What the header's search finds: ``core.search.search_source``.
search: list[Callable[[Question], list[Hit]]] = []

#: ``"app.Model"`` → the state table that governs the model: ``core.workflow.register_machine``.
machines: dict[str, Machine] = {}

#: ``("app.Model", verb)`` → how it reads in the timeline, "" for any model: ``core.events.describe``.
sentences: dict[tuple[str, str], Wording] = {}

#: ``"app.Model"`` → which facts of a record its history keeps: ``core.facts.follow``.
followed: dict[str, Callable[[Any], dict[str, Any]]] = {}

#: The triggers in the database: ``core.protections.protect``.
protections: list[Trigger] = []

#: Whose rows follow a person to another team, or a record to another owner: ``accounts.ownership.owned``.
owned: list[Any] = []

#: Key → (default, label), values that an administrator may change: ``core.policy.declare``.
policies: dict[str, tuple[int | bool | Decimal, Words]] = {}

#: Key → what can be done in the background: ``core.jobs.kinds.register_kind``.
job_kinds: dict[str, JobKind] = {}

#: Key → a list that can be exported; each class enters itself.
lists: dict[str, type[ListPage]] = {}

#: Key → what can be imported from a workbook: ``core.imports.kinds.register_import``.
import_kinds: dict[str, ImportKind] = {}

#: What finds work by itself, every few minutes: ``core.jobs.schedule.every_few_minutes``.
sweeps: list[Callable[[], object]] = []

#: The same for what goes by the clock: ``core.jobs.schedule.every_hour``.
hourly: list[Callable[[], object]] = []

#: Purposes of attached files that show prices, for who sees prices: ``core.files.show_prices``.
priced_files: set[str] = set()

#: What must always hold in the data: ``core.invariants.invariant``.
invariants: list[Invariant] = []

#: Key → what a private link of a customer can be for: ``core.links.purposes.link_purpose``.
link_purposes: dict[str, Purpose] = {}
