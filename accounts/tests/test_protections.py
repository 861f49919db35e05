"""What the database itself refuses about people."""

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("right", ["is_superuser", "is_staff"])
def test_nobody_but_an_administrator_has_their_rights(rep, admin, right):
    with pytest.raises(DatabaseError, match="rights follow from the role"), transaction.atomic():
        User.objects.filter(pk=rep.pk).update(**{right: True})
    with pytest.raises(DatabaseError, match="rights follow from the role"), transaction.atomic():
        User.objects.create(username="new", name="新人", role="service", **{right: True})
    assert User.objects.filter(pk=admin.pk).update(**{right: True}) == 1
