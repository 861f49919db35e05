"""What analytics does in the background; each kind of job stands where its work is."""

from analytics.archive.closing import ARCHIVE_MONTH
from analytics.report.export import REPORT_EXCEL
from analytics.report.jobs import REPORT
from analytics.rollups.jobs import ROLLUPS
from core.jobs.kinds import register_kind

for kind in (ROLLUPS, ARCHIVE_MONTH, REPORT, REPORT_EXCEL):
    register_kind(kind)
