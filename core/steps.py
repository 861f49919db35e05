"""The state table in the database: a status is only moved by one of its steps."""

from django.apps import apps

from core.protections import Protection
from core.workflow import Machine


def only_by_steps(machine: Machine, name: str) -> Protection:
    """The protection of a machine's status, called ``guard_<name>_step``.

    Records in the state in which they begin may become anything: so history is born.
    """
    model = apps.get_model(machine.model)
    begins = model._meta.get_field("status").default
    pairs = sorted({f"'{source}>{step.target}'" for step in machine.transitions for source in step.source})
    moved = f"OLD.status <> '{begins}' AND NEW.status <> OLD.status"
    by_no_step = f"OLD.status || '>' || NEW.status NOT IN ({', '.join(pairs)})"
    sentence = "a status moves by a step of its state table and in no other way"
    return Protection(f"guard_{name}_step", model._meta.db_table, "UPDATE", f"{moved} AND {by_no_step}", sentence)
