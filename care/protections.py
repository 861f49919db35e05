"""What was written about a visit stands; only whose file it belongs to may move."""

from core.protections import Protection, changed, protect

_VISIT = "care_visit"
_WORDS = ("visited_on", "way", "visitor_id", "met", "said", "next_on", "due_on", "recorded_by_id", "recorded_at")

_REPORT = "care_changereport"
_REPORTED = ("cause", "text", "order_number", "reported_by_id", "reported_at", "due_on")
_CLOSED = ("closed_on", "closed_by_id", "owner_id", "answer")

protect(
    Protection("guard_visit_stands", _VISIT, "UPDATE", changed(_WORDS), "a visit stands as it was written down"),
    Protection("guard_visit_is_kept", _VISIT, "DELETE", "1 = 1", "visits are never deleted"),
    Protection("guard_report_stands", _REPORT, "UPDATE", changed(_REPORTED), "a report stands as it was written"),
    Protection(
        "guard_closed_report_stands",
        _REPORT,
        "UPDATE",
        f"OLD.closed_on IS NOT NULL AND {changed(_CLOSED)}",
        "what closed a report stands",
    ),
    Protection("guard_report_is_kept", _REPORT, "DELETE", "1 = 1", "reports are never deleted"),
)
