"""Every rule of the report: a function of the month's material and the thresholds that gives findings, or none.

A new rule is a function in one of the modules below, its name in that module's ``RULES``, and two tests.
"""

from analytics.report.findings import Finding, most_pressing_first
from analytics.report.material import Material
from analytics.report.rules import customers, delivery, money, reviews
from analytics.report.thresholds import Limits

RULES = (*delivery.RULES, *customers.RULES, *reviews.RULES, *money.RULES)


def findings_of(material: Material, limits: Limits) -> list[Finding]:
    """What the rules find, the most pressing first."""
    return most_pressing_first(finding for rule in RULES for finding in rule(material, limits))
