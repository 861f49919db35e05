"""System checks of the kit: a protection that the database lacks is an error, not a surprise at night."""

from django.core.checks import Error, register

from core import protections


# A deployment check, because `migrate` runs the others before it has made what an upgrade adds.
@register("protections", deploy=True)
def protections_are_present(app_configs, databases, **kwargs):
    """One error per trigger that is missing or does not protect; ask with ``check --deploy --database default``."""
    missing = [name for alias in databases or [] for name in protections.missing(alias)]
    return [
        Error(f"The trigger {name} is missing or does not protect.", hint="Run manage.py migrate.", id="core.E001")
        for name in missing
    ]
