"""A proposal's status moves by its state table, in the database."""

from core.protections import protect
from core.steps import only_by_steps
from grading.workflow import PROPOSAL_LIFE

protect(only_by_steps(PROPOSAL_LIFE, "proposal"))
