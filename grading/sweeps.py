"""What regrading does by itself; running it again changes nothing."""

from core.jobs.schedule import every_hour
from grading.jobs import request_regrading_of_quarter

every_hour(request_regrading_of_quarter)
