"""The plain lists through which upper apps tell the kit what exists; each is filled in ``apps.py:ready()``.

Nothing here imports an app: the kit stays free of domain words, and lower apps never name upper ones.
"""

#: Functions ``(user) -> list[core.worklist.Item]``: what waits for this person.
worklist: list = []

#: Functions ``(core.search.Question) -> list[core.search.Hit]``: what the header's search finds.
search: list = []

#: ``"app.Model" -> core.workflow.Machine``: the state table that governs a model.
machines: dict = {}

#: ``verb -> (sentence, tone)`` for the timeline; see ``core.events.describe``.
sentences: dict = {}

#: ``core.guards.Guard`` objects, and others that know ``table``, ``create_sql`` and ``drop_sql``: the triggers.
guards: list = []

#: Functions ``(user, team) -> None`` called inside the transaction that moves a person to another team.
team_moves: list = []

#: Functions ``(record) -> None`` called inside the transaction that hands a record to another owner.
handovers: list = []

#: ``key -> (default, label)``: values an administrator may change; see ``core.policy``.
policies: dict = {}

#: ``key -> core.jobs.kinds.JobKind``: what can be done in the background.
job_kinds: dict = {}

#: ``key -> core.listing.ListPage``: the lists that can be exported; each class enters itself.
lists: dict = {}

#: ``key -> core.imports.kinds.ImportKind``: what can be imported from a workbook.
import_kinds: dict = {}

#: Functions ``() -> None`` that find work by themselves, called every few minutes; running one again changes nothing.
sweeps: list = []

#: The same for what goes by the clock: called at every full hour.
hourly: list = []

#: Purposes of attached files that show prices: only who sees prices reads them.
priced_files: set = set()

#: ``core.invariants.Invariant`` objects: what must always hold in the data.
invariants: list = []
