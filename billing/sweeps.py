"""What billing does by itself; running it again changes nothing."""

from billing.customer_facts import recount_by_calendar
from core.jobs.schedule import every_hour

every_hour(recount_by_calendar)
