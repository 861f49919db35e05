"""What comes with a request outside of its form (ids, versions, notes, searches, where to go next), read in one way.

Anybody can send anything: what cannot be is read as if it had not been sent. Forms and filters read their fields
themselves; everything else is asked here.
"""

from collections.abc import Container
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from core.http import is_key

#: Nobody searches for more; a database takes patterns of a limited length.
LONGEST_SEARCH = 200
_LONGEST_PATH = 2000
#: Whoever sends something else for a version is told that the record is another one by now.
NO_VERSION = -1
_Row = TypeVar("_Row", bound=Model)


def text(parameters: QueryDict, name: str) -> str:
    """What was written under a name, without blanks at its ends; empty when nothing was."""
    return parameters.get(name, "").strip()


def texts(parameters: QueryDict, name: str) -> list[str]:
    """All that was written under a name."""
    return [sent.strip() for sent in parameters.getlist(name)]


def searched(parameters: QueryDict, name: str = "q") -> str:
    """What is searched for, no longer than anybody searches."""
    return text(parameters, name)[:LONGEST_SEARCH]


def key(parameters: QueryDict, name: str) -> int | None:
    """The id of a row, or a version; None when that cannot be one."""
    sent = parameters.get(name, "")
    return int(sent) if is_key(sent) else None


def row(rows: QuerySet[_Row], parameters: QueryDict, name: str) -> _Row | None:
    """The one of these rows whose id was sent; None when there is none such."""
    found = key(parameters, name)
    return None if found is None else rows.filter(pk=found).first()


def version(parameters: QueryDict) -> int | None:
    """The version of a record that a person was looking at; one that no record has when what was sent is none."""
    found = key(parameters, "version")
    return NO_VERSION if found is None and parameters.get("version") else found


def choice(parameters: QueryDict, name: str, known: Container[str]) -> str:
    """The one of the known words that was sent; empty when it is none of them."""
    sent = parameters.get(name, "")
    return sent if sent in known else ""


def keys(parameters: QueryDict, name: str) -> list[int]:
    """All ids sent under a name; what is none is left out."""
    return [int(sent) for sent in parameters.getlist(name) if is_key(sent)]


def page_of_ours(parameters: QueryDict, name: str, otherwise: str) -> str:
    """The path on this site to which a form wants to lead on; ``otherwise`` when it is none."""
    path = parameters.get(name, "")
    is_path = path.startswith("/") and len(path) <= _LONGEST_PATH
    return path if is_path and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else otherwise
