"""What the kit tidies up by itself."""

from core.autosave import forget_old
from core.files import settle_strays
from core.held_files import forget_held
from core.history_check import check_nightly
from core.imports import work  # noqa: F401  (its jobs register themselves)
from core.imports.store import tidy
from core.jobs.schedule import every_few_minutes, every_hour
from core.links.limit import forget_old_tries

every_few_minutes(settle_strays)
every_few_minutes(tidy)
every_hour(check_nightly)
every_hour(forget_old)
every_hour(forget_held)
every_hour(forget_old_tries)
