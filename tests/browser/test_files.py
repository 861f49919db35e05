"""A file that cannot be taken is refused when it is chosen, before anything is sent; one that can be is kept."""

from io import BytesIO

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import expect

from core.models import HeldFile
from fulfilment.models import Shipment
from fulfilment.statuses import ShipmentStatus
from tests.factories import CustomerFactory, make_shipment, released_order
from tests.sample_files import pdf_bytes, photo_bytes, picture_bytes

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]

REFUSED = {
    "照片.jpg": (b"", "文件是空的"),
    "程序.exe": (b"MZ" * 500, "不是图片"),
    "很大.pdf": (b"%PDF-" + b"x" * (21 * 1024 * 1024), "MB"),
}


@pytest.fixture
def sign_off(page_of, rep):
    order = released_order(customer=CustomerFactory(owner=rep, team=rep.team))
    shipment = make_shipment(order, status=ShipmentStatus.SHIPPED)
    page = page_of(rep)
    page.goto(f"/shipments/{shipment.pk}/sign-off/")
    return page


def choose(page, name, content):
    page.locator("[name=proof]").set_input_files({"name": name, "mimeType": "", "buffer": content})


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_is_refused_before_it_is_sent(sign_off, name):
    content, sentence = REFUSED[name]
    choose(sign_off, name, content)
    expect(sign_off.locator("#refused-proof")).to_contain_text(sentence)
    expect(sign_off.locator("[name=proof]")).to_have_attribute("aria-invalid", "true")
    assert sign_off.locator("[name=proof]").evaluate("(box) => box.files.length") == 0
    choose(sign_off, "签收单.jpg", picture_bytes())
    expect(sign_off.locator("#refused-proof")).to_have_count(0)
    expect(sign_off.locator("[name=proof][aria-invalid]")).to_have_count(0)


def test_a_picture_survives_a_refusal_and_is_signed_off_with(sign_off):
    choose(sign_off, "签收单.jpg", picture_bytes())
    sign_off.get_by_label("签收人").fill("")
    sign_off.locator("#sign-off .btn-primary").click()
    expect(sign_off.locator(".held")).to_contain_text("签收单.jpg")
    sign_off.get_by_label("签收人").fill("周建")
    sign_off.locator("#sign-off .btn-primary").click()
    expect(sign_off.locator("#messages")).to_contain_text("签收")
    assert Shipment.objects.get().status == ShipmentStatus.SIGNED_OFF


def test_a_large_picture_arrives_smaller_and_a_pdf_as_it_is(sign_off, tmp_path):
    large, paper = photo_bytes((4000, 3000)), pdf_bytes()
    for name, file, content in (("proof", "签收单.jpg", large), ("scan", "扫描.pdf", paper)):
        (tmp_path / file).write_bytes(content)
        sign_off.locator(f"[name={name}]").set_input_files(tmp_path / file)
    sign_off.get_by_label("签收人").fill("")
    sign_off.locator("#sign-off .btn-primary").click()
    expect(sign_off.locator(".held")).to_have_count(2)
    held = {row.field: (settings.MEDIA_ROOT / row.path).read_bytes() for row in HeldFile.objects.all()}
    assert held["scan"] == paper
    assert len(held["proof"]) < len(large) / 2
    assert Image.open(BytesIO(held["proof"])).size == (2000, 1500)
