"""Rounds and decisions are append-only in the database itself."""

from core.guards import append_only

GUARDS = [*append_only("approvals_round", "review rounds"), *append_only("approvals_decision", "decisions")]
