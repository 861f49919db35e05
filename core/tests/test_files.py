"""Files of people: what is taken and what is not, that nothing half remains, and who may read."""

import contextlib
import hashlib
import os
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from PIL import ImageFile

from core import file_types
from core.file_types import JPEG, PDF, PNG, TIFF, type_of
from core.files import check_file, files_of, location_of, settle_strays, store_file
from core.models import Attachment, PolicyValue
from tests import sample_files as sample
from tests.factories import CustomerFactory

WHOLE = {
    "签收.jpg": sample.picture_bytes("JPEG"),
    "签收.png": sample.picture_bytes("PNG"),
    "签收.webp": sample.picture_bytes("WEBP"),
    "扫描.gif": sample.picture_bytes("GIF"),
    "扫描.bmp": sample.picture_bytes("BMP"),
    "扫描.tif": sample.scan_bytes(),
    "IMG_1.HEIC": sample.heic_bytes(),
    "回单.pdf": sample.pdf_bytes(),
    "清单.xlsx": sample.excel_bytes(),
    "说明.docx": sample.word_bytes(),
    "说明.doc": sample.old_office_bytes(),
    "清单.xls": sample.old_office_bytes("Workbook"),
}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep)


def files_in(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def why_not(upload) -> str:
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        check_file(upload)
    return " ".join(refused.value.messages)


def store_and_fail(subject, by, media: Path) -> None:
    """Stores one file more in a transaction that is rolled back afterwards."""
    before = len(files_in(media))
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        store_file(subject=subject, upload=sample.picture(), purpose="proof", by=by)
        assert len(files_in(media)) == before + 1
        raise ZeroDivisionError


@pytest.mark.django_db
@pytest.mark.parametrize("name", WHOLE)
def test_pictures_pdf_and_office_files_are_taken(name):
    assert name.lower().endswith(check_file(sample.upload(name, WHOLE[name])).extensions)


@pytest.mark.django_db
@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("kept", [0.3, 0.7, 0.95])
def test_a_file_that_was_cut_off_is_refused(name, kept):
    content = WHOLE[name]
    assert "not whole" in why_not(sample.upload(name, content[: int(len(content) * kept)]))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.jpg", sample.EXE),
        ("photo.jpg", b"<html><script>alert(1)</script></html>"),
        ("photo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("list.xlsx", sample.zip_bytes()),
        ("setup.msi.doc", sample.old_office_bytes("Property")),
        ("notes.txt", b"hello"),
        ("photo.gif", b"GIF98a" + bytes(40)),
    ],
)
def test_what_is_no_picture_or_document_is_refused_whatever_it_is_called(name, content):
    assert why_not(sample.upload(name, content)) == "This is no picture, PDF, Word, Excel or PowerPoint file."


@pytest.mark.django_db
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\r\n", b" " * 900])
@pytest.mark.parametrize("after", [b"", b"\n" * 10, bytes(5000), bytes(200_000)])
def test_a_pdf_with_bytes_before_or_filling_after_it_is_whole(before, after):
    content = before + sample.pdf_bytes() + after
    assert check_file(sample.upload("回单.pdf", content)) is PDF
    assert "not whole" in why_not(sample.upload("回单.pdf", before + sample.pdf_bytes()[:-200] + after))


@pytest.mark.django_db
def test_a_large_photo_is_taken_and_one_that_was_cut_off_is_not():
    photo = sample.large_jpeg_bytes((16384, 12288))
    assert check_file(sample.upload("全景.jpg", photo)) is JPEG
    assert "not whole" in why_not(sample.upload("全景.jpg", photo[: len(photo) // 2]))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["GIF", "TIFF", "WEBP"])
def test_a_picture_with_too_many_pixels_is_refused_before_it_is_unpacked(kind, monkeypatch):
    monkeypatch.setattr(file_types, "_MOST_DECODED", 320 * 239)
    content = sample.picture_bytes(kind)
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda page: pytest.fail("it was unpacked"))
    assert "more pixels" in why_not(sample.upload(f"图{'.tif' if kind == 'TIFF' else '.' + kind.lower()}", content))


@pytest.mark.django_db
def test_a_png_of_any_size_is_taken_without_unpacking_it(monkeypatch):
    content = sample.picture_bytes("PNG")
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda page: pytest.fail("it was unpacked"))
    assert check_file(sample.upload("图.png", content)) is PNG


@pytest.mark.django_db
def test_every_page_of_a_scan_is_looked_at():
    pages = sample.scan_bytes(pages=3)
    assert check_file(sample.upload("扫描.tif", pages)) is TIFF


@pytest.mark.django_db
def test_an_empty_file_is_refused():
    assert "empty" in why_not(sample.upload("photo.jpg", b""))


@pytest.mark.django_db
def test_a_file_above_the_limit_is_refused_and_the_limit_can_be_changed():
    PolicyValue.objects.create(key="largest_file", value="1")
    assert "1 MB" in why_not(sample.upload("photo.jpg", bytes(1024 * 1024 + 1)))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["回单.jpg", "回单.docx", "回单.exe"])
def test_a_renamed_file_is_refused(name):
    assert "PDF" in why_not(sample.upload(name, sample.pdf_bytes()))


@pytest.mark.django_db
def test_a_picture_with_the_extension_of_another_kind_is_taken_under_its_own(customer, rep):
    kept = store_file(subject=customer, upload=sample.picture("a/b\\图\n1.jpg", "PNG"), purpose="proof", by=rep)
    assert (kept.name, kept.content_type) == ("b图1.png", "image/png")


def test_reading_the_type_leaves_other_content_alone():
    assert type_of(sample.upload("x", b"")) is None


@pytest.mark.django_db
def test_a_stored_file_is_what_was_sent_under_a_name_of_ours(customer, rep, media):
    content = sample.picture_bytes()
    kept = store_file(subject=customer, upload=sample.upload("../../签收 1.jpg", content), purpose="proof", by=rep)
    assert location_of(kept).read_bytes() == content
    assert (kept.size, kept.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert location_of(kept).is_relative_to(media / "attachments")
    assert "签收" not in kept.path
    assert list(files_of(customer, "proof")) == [kept]


@pytest.mark.django_db
def test_a_transaction_that_fails_later_leaves_neither_row_nor_file(customer, rep, media):
    store_and_fail(customer, rep, media)
    assert not Attachment.objects.exists()
    assert files_in(media) == []


@pytest.mark.django_db(transaction=True)
def test_a_committed_file_stays(customer, rep, media):
    kept = store_file(subject=customer, upload=sample.picture(), purpose="proof", by=rep)
    store_and_fail(customer, rep, media)
    assert files_in(media) == [location_of(kept)] == [media / kept.path]


@pytest.mark.django_db
def test_an_upload_that_breaks_off_while_it_is_read_leaves_neither_row_nor_file(customer, rep, media, monkeypatch):
    upload = sample.picture()

    def breaking_off():
        yield b"\xff\xd8\xff"
        raise OSError("connection lost")

    monkeypatch.setattr(upload, "chunks", breaking_off)
    with pytest.raises(ValidationError):
        store_file(subject=customer, upload=upload, purpose="proof", by=rep)
    assert not Attachment.objects.exists()
    assert files_in(media) == []


@pytest.mark.django_db
def test_what_a_killed_process_left_behind_is_settled_after_a_day(customer, rep, media):
    """Without a commit a file waits among the incoming; there a killed process leaves it."""
    committed = store_file(subject=customer, upload=sample.picture(), purpose="proof", by=rep)
    waiting = location_of(committed)
    stray, fresh = waiting.with_name("stray"), waiting.with_name("fresh")
    stray.write_bytes(b"half")
    fresh.write_bytes(b"half")
    long_ago = time.time() - 2 * 24 * 3600
    for path in (stray, waiting):
        os.utime(path, (long_ago, long_ago))
    assert settle_strays() == 1
    assert sorted(files_in(media)) == sorted([media / committed.path, fresh])
    assert location_of(committed) == media / committed.path


@pytest.mark.django_db
def test_only_those_who_see_the_record_get_its_file(customer, rep, as_rep, as_other_rep, as_finance, as_operations):
    kept = store_file(subject=customer, upload=sample.picture(), purpose="proof", by=rep)
    answers = [client.get(f"/files/{kept.pk}/").status_code for client in (as_rep, as_finance)]
    assert answers == [200, 200]
    assert [client.get(f"/files/{kept.pk}/").status_code for client in (as_other_rep, as_operations)] == [404, 404]


@pytest.mark.django_db
def test_a_picture_opens_in_the_browser_and_a_document_is_saved(customer, rep, as_rep):
    shown = store_file(subject=customer, upload=sample.picture("签收 单.jpg"), purpose="proof", by=rep)
    saved = store_file(subject=customer, upload=sample.upload("清单.xlsx", sample.excel_bytes()), purpose="x", by=rep)
    answer = as_rep.get(f"/files/{shown.pk}/")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline;")
    assert b"".join(answer.streaming_content) == sample.picture_bytes()
    assert as_rep.get(f"/files/{saved.pk}/")["Content-Disposition"].startswith("attachment;")


@pytest.mark.django_db
def test_a_file_that_is_gone_from_the_disk_is_not_found(customer, rep, as_rep):
    kept = store_file(subject=customer, upload=sample.picture(), purpose="proof", by=rep)
    location_of(kept).unlink()
    assert as_rep.get(f"/files/{kept.pk}/").status_code == 404
