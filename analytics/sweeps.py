"""What analytics does by itself; running it again changes nothing."""

from analytics.archive.closing import request_due_closings
from analytics.archive.signed_report import keep_missing_reports
from analytics.report.jobs import request_due_reports
from analytics.rollups.freshness import refresh
from core.jobs.schedule import every_few_minutes, every_hour

every_few_minutes(refresh)
every_few_minutes(request_due_reports)
every_hour(request_due_closings)
every_hour(keep_missing_reports)
