"""A workbook that names another grade for a known customer asks a manager; it changes nothing by itself."""

import pytest

from core import registries
from core.imports import store
from core.jobs import runner
from customers.models import Customer
from grading.models import GradeProposal
from tests.factories import CustomerFactory
from tests.workbooks import table, upload, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def bring(manager, *rows: dict):
    content = workbook(table(["客户编号", "客户名称", "客户等级"], *rows))
    run = store.bring(kind=registries.import_kinds["customers"], upload=upload(content), by=manager)
    runner.run_job(run.check_job_id)
    runner.run_job(store.confirm(run=run).pk)


def test_a_differing_grade_is_proposed_and_the_same_file_again_proposes_nothing(manager, rep):
    customer = CustomerFactory(owner=rep, team=rep.team)
    row = {"客户编号": customer.number, "客户名称": customer.name, "客户等级": "A"}
    bring(manager, row)
    bring(manager, row)
    (proposal,) = GradeProposal.objects.all()
    assert (proposal.customer, proposal.before, proposal.after, proposal.origin) == (customer, "C", "A", "import")
    assert proposal.asked_by == manager
    assert Customer.objects.get(pk=customer.pk).grade == "C"


def test_the_grade_of_a_customer_that_the_file_creates_is_its_grade(manager):
    bring(manager, {"客户名称": "云汀赤霞阀门有限公司", "客户等级": "B"})
    assert Customer.objects.get(name="云汀赤霞阀门有限公司").grade == "B"
    assert not GradeProposal.objects.exists()
