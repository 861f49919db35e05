"""A refused sign-off keeps its picture for the next sending; what can be refused unopened is told the browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core import policy
from core.file_rules import MEGABYTE
from core.file_types import TYPES
from core.files import attachment_rules, files_of
from core.held_files import HELD_FOR, forget_held
from core.models import Attachment, HeldFile
from core.policies import LARGEST_FILE
from fulfilment.statuses import ShipmentStatus
from fulfilment.tests.test_pages import page, sign_data
from tests import sample_files as sample
from tests.factories import make_shipment

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipment(order, carrier):
    return make_shipment(order, status=ShipmentStatus.SHIPPED, carrier=carrier, tracking_number="YS60012002")


@pytest.fixture
def refused(as_rep, shipment):
    """A sign-off without a name: refused, with a good picture."""
    return as_rep.post(page(shipment, "sign-off"), sign_data(shipment, signed_by=""))


def without_files(shipment, **more):
    data = sign_data(shipment, **more)
    del data["proof"]
    return data


def files_below(media):
    return [path for path in media.rglob("*") if path.is_file()]


def test_the_picture_is_named_on_the_page_and_sent_along_next_time(refused, as_rep, shipment, media):
    assert refused.status_code == 422
    assert "签收单.jpg" in refused.content.decode()
    assert "签收单.jpg" in as_rep.get(page(shipment, "sign-off")).content.decode()
    assert not Attachment.objects.exists()
    assert as_rep.post(page(shipment, "sign-off"), without_files(shipment)).status_code == 303
    proof = files_of(shipment).get()
    assert (proof.name, proof.content_type) == ("签收单.jpg", "image/jpeg")
    assert not HeldFile.objects.exists()
    assert [path.read_bytes() for path in files_below(media)] == [sample.picture_bytes()]


@pytest.mark.usefixtures("refused")
def test_refused_again_it_is_still_there(as_rep, shipment):
    again = as_rep.post(page(shipment, "sign-off"), without_files(shipment, signed_by=""))
    assert "签收单.jpg" in again.content.decode()
    assert "proof" not in again.context["form"].header.errors
    assert HeldFile.objects.count() == 1


@pytest.mark.usefixtures("refused")
def test_removed_it_is_neither_sent_nor_kept(as_rep, shipment, media):
    again = as_rep.post(page(shipment, "sign-off"), without_files(shipment) | {"drop-held": HeldFile.objects.get().pk})
    assert again.status_code == 422
    assert again.context["form"].header.errors["proof"]
    assert "签收单.jpg" not in again.content.decode()
    assert not files_below(media)


@pytest.mark.usefixtures("refused")
def test_another_one_chosen_anew_takes_its_place_by_whichever_field(as_rep, shipment, media):
    scan = sample.upload("回单.pdf", sample.pdf_bytes())
    assert as_rep.post(page(shipment, "sign-off"), without_files(shipment, scan=scan)).status_code == 303
    assert files_of(shipment).get().name == "回单.pdf"
    assert len(files_below(media)) == 1


@pytest.mark.usefixtures("refused")
def test_it_is_nobody_elses(as_operations, shipment):
    other = as_operations.post(page(shipment, "sign-off"), without_files(shipment))
    assert "签收单.jpg" not in other.content.decode()
    assert not Attachment.objects.exists()


def test_what_cannot_be_taken_is_not_held(as_rep, shipment, media):
    as_rep.post(page(shipment, "sign-off"), sign_data(shipment, proof=sample.upload("签收.jpg", sample.EXE)))
    assert not HeldFile.objects.exists()
    assert not files_below(media)


@pytest.mark.usefixtures("refused")
def test_nobody_came_back_for_it(media):
    HeldFile.objects.update(at=timezone.now() - HELD_FOR - timedelta(minutes=1))
    forget_held()
    assert not HeldFile.objects.exists()
    assert not files_below(media)


@pytest.mark.usefixtures("refused")
def test_a_file_that_is_gone_from_the_disk_is_not_promised(as_rep, shipment, media):
    for path in files_below(media):
        path.unlink()
    assert "签收单.jpg" not in as_rep.get(page(shipment, "sign-off")).content.decode()


# ---- before it is sent -----------------------------------------------------------------------------------------------


def test_the_browser_is_told_the_rules_by_which_the_server_judges(as_rep, shipment):
    rules = attachment_rules().attributes()
    assert rules["data-largest"] == str(policy.value(LARGEST_FILE) * MEGABYTE)
    assert set(rules["data-extensions"].split()) == {extension for kind in TYPES for extension in kind.extensions}
    assert "{size}" in rules["data-too-large"]
    field = str(as_rep.get(page(shipment, "sign-off")).context["form"].header["proof"])
    assert all(f'{name}="' in field for name in rules)


def test_an_import_is_told_its_own_rules(as_manager):
    text = as_manager.get("/imports/customers/").content.decode()
    assert f'data-largest="{20 * MEGABYTE}"' in text
    assert 'data-extensions=".xlsx .xls"' in text
