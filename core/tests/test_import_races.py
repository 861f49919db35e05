"""Two people bring the same file at the same instant: one is written, the other is told; on PostgreSQL."""

import pytest
from django.db import transaction

from core import registries
from core.imports import work
from core.imports.kinds import Overtaken, Source
from customers.models import Customer
from tests.races import at_once
from tests.workbooks import examined, saved, table, workbook

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
# Without numbers, so that no constraint of the database tells the two apart.
ROWS = [{"客户名称": f"云汀第{n}水务有限公司"} for n in range(30)]


def bring_twice(tmp_path):
    """Two imports, both checked before either is written."""
    path, kind = saved(tmp_path, workbook(table(["客户名称"], *ROWS))), registries.import_kinds["customers"]
    both = [work.get_ready(kind, examined("customers", path), Source(path.name, None)) for _each in range(2)]

    def write(ready):
        with transaction.atomic():
            work.write(kind, ready)

    return at_once(*(lambda ready=ready: write(ready) for ready in both))


def test_the_same_file_at_the_same_time_is_written_once(tmp_path):
    outcomes = bring_twice(tmp_path)
    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    assert {type(outcome.error) for outcome in outcomes} == {type(None), Overtaken}
    assert Customer.objects.count() == len(ROWS)


def test_without_the_count_of_imports_everything_is_there_twice(tmp_path, monkeypatch):
    """The broken twin: it shows that the test above would notice."""
    monkeypatch.setattr(work, "is_first", lambda kind, seen: True)
    assert all(outcome.won for outcome in bring_twice(tmp_path))
    assert Customer.objects.count() == 2 * len(ROWS)
