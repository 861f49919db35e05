"""Figures kept ready (roll-ups) with the news that make them stale, targets, the monthly archive and report."""

from analytics.models.archive import Archive, ArchiveRow, SignedReport, Supplement
from analytics.models.freshness import Change, Kind, MonthCount
from analytics.models.report import Report
from analytics.models.rollups import (
    BookedRollUp,
    BuyerRollUp,
    DeliveryRollUp,
    Dimension,
    LateLineRollUp,
    PunctualityRollUp,
    RefundRollUp,
    ResponseRollUp,
    RollUp,
    Scope,
    StageRollUp,
    YearlyBuyerRollUp,
)
from analytics.models.targets import SalesTarget

__all__ = [
    "Archive",
    "ArchiveRow",
    "BookedRollUp",
    "BuyerRollUp",
    "Change",
    "DeliveryRollUp",
    "Dimension",
    "Kind",
    "LateLineRollUp",
    "MonthCount",
    "PunctualityRollUp",
    "RefundRollUp",
    "Report",
    "ResponseRollUp",
    "RollUp",
    "SalesTarget",
    "Scope",
    "SignedReport",
    "StageRollUp",
    "Supplement",
    "YearlyBuyerRollUp",
]
