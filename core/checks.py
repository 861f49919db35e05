"""System checks of the kit: a guard that the database lacks is an error, not a surprise at night."""

from django.core.checks import Error, register

from core import guards


# A deployment check, because `migrate` runs the others before it has made what an upgrade adds.
@register("guards", deploy=True)
def guards_are_present(app_configs, databases, **kwargs):
    """One error per registered trigger that is missing; ask with ``check --deploy --database default``."""
    missing = [name for alias in databases or [] for name in guards.missing(alias)]
    return [Error(f"The trigger {name} is missing.", hint="Run manage.py migrate.", id="core.E001") for name in missing]
