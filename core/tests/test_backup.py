"""A backup brings everything back, on both databases, and nothing that is not a whole backup touches anything."""

import hashlib
import json
import os
import secrets
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection

from core import protections
from core.backup import NotPossible, archive, databases, work
from core.files import store_file
from orders.models import Order
from orders.statuses import Status
from tests.factories import make_order
from tests.sample_files import picture_bytes

pytestmark = pytest.mark.usefixtures("tables_owner")
PROOF = picture_bytes()
ON_POSTGRES = connection.vendor == "postgresql"


@pytest.fixture
def site(transactional_db, settings, tmp_path):
    """A site with orders and a file of somebody's; returns the file's row."""
    settings.MEDIA_ROOT = tmp_path / "media"
    order = make_order(status=Status.APPROVED)
    upload = SimpleUploadedFile("签收单.jpg", PROOF)
    return store_file(subject=order, upload=upload, purpose="proof", by=order.rep)


@pytest.fixture
def tar(site, tmp_path):
    """A backup of the site."""
    call_command("backup", tmp_path / "backups" / "ordersys.tar")
    return tmp_path / "backups" / "ordersys.tar"


class Elsewhere:
    """An empty database beside the tests' own, and an empty folder for files: where a backup goes."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.name = f"restored_{secrets.token_hex(4)}" if ON_POSTGRES else str(folder / "elsewhere.sqlite3")
        self.media = folder / "elsewhere"

    @property
    def url(self) -> str:
        facts = connection.settings_dict
        if not ON_POSTGRES:
            return f"sqlite:///{self.name}"
        login = ":".join(quote(part, safe="") for part in (facts["USER"], facts["PASSWORD"]) if part)
        return f"postgres://{login}@{facts['HOST']}:{facts['PORT']}/{self.name}"

    def manage(self, *words) -> subprocess.CompletedProcess:
        environment = {**os.environ, "DATABASE_URL": self.url, "MEDIA_ROOT": str(self.media), "REDIS_URL": ""}
        command = [sys.executable, "manage.py", *map(str, words)]
        return subprocess.run(command, cwd=project.BASE_DIR, env=environment, capture_output=True, text=True)

    def ask(self, *statements: str) -> list:
        """Runs SQL there and returns what the last statement answers."""
        with closing(psycopg.connect(self.url) if ON_POSTGRES else sqlite3.connect(self.name)) as there:
            for statement in statements:
                answer = there.execute(statement)
            rows = answer.fetchall() if answer.description else []
            there.commit()
        return rows

    def counts(self) -> dict:
        return {table: self.ask(f'SELECT count(*) FROM "{table}"')[0][0] for table in tables()}


def tables() -> list[str]:
    return sorted(connection.introspection.table_names())


def counts() -> dict:
    with connection.cursor() as cursor:
        return {t: cursor.execute(f'SELECT count(*) FROM "{t}"') and cursor.fetchone()[0] for t in tables()}


@pytest.fixture
def elsewhere(transactional_db, tmp_path):
    place = Elsewhere(tmp_path)
    if ON_POSTGRES:
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{place.name}"')
    yield place
    if ON_POSTGRES:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{place.name}" WITH (FORCE)')


def test_a_backup_brings_every_row_every_trigger_and_every_file_back(site, tar, elsewhere):
    done = elsewhere.manage("restore", tar)
    assert done.returncode == 0, done.stderr
    assert "Restored and checked" in done.stdout
    assert elsewhere.counts() == counts()
    kept = elsewhere.media / site.path
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == site.sha256
    with pytest.raises((sqlite3.Error, psycopg.Error)):
        elsewhere.ask("DELETE FROM core_attachment")

    again = elsewhere.manage("restore", tar)
    assert again.returncode == 1
    assert "not empty" in again.stderr

    damage = [
        "CREATE TABLE stray (id integer)",
        "UPDATE django_session SET session_data = ''",
        "DELETE FROM axes_accessattempt",
    ]
    elsewhere.ask(*damage, "UPDATE accounts_user SET name = 'somebody else'")
    kept.write_bytes(b"overwritten")
    forced = elsewhere.manage("restore", tar, "--force")
    assert forced.returncode == 0, forced.stderr
    assert elsewhere.counts() == counts()
    assert not elsewhere.ask("SELECT * FROM accounts_user WHERE name = 'somebody else'")
    assert kept.read_bytes() == PROOF
    with pytest.raises((sqlite3.Error, psycopg.Error)):
        elsewhere.ask("SELECT * FROM stray")


def test_the_archive_says_what_it_is_and_only_its_owner_reads_it(site, tar, capsys):
    manifest = archive.verify(tar)
    assert manifest.vendor == connection.vendor
    assert manifest.versions.keys() == {"ordersys", "django", "python", "database"}
    assert "core.0001_initial" in manifest.migrations
    assert manifest.files[f"media/{site.path}"] == site.sha256
    assert tar.stat().st_mode & 0o077 == 0
    assert [path.name for path in tar.parent.iterdir()] == [tar.name]
    call_command("restore", tar, verify=True)
    assert "Whole and unchanged" in capsys.readouterr().out


def test_a_backup_is_taken_while_people_work_and_holds_one_moment(site, tmp_path, monkeypatch):
    dump = databases.dump

    def and_somebody_adds_an_order(alias, path):
        dump(alias, path)
        make_order()

    monkeypatch.setattr(databases, "dump", and_somebody_adds_an_order)
    before = Order.objects.count()
    manifest = work.make_backup(tmp_path / "one.tar")
    assert Order.objects.count() == before + 1
    assert len(manifest.media) == 1


def test_a_backup_never_replaces_a_file_and_never_lies_among_the_files_it_keeps(tar, settings):
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", tar)
    with pytest.raises(CommandError, match="MEDIA_ROOT"):
        call_command("backup", Path(settings.MEDIA_ROOT) / "b.tar")


def test_when_the_disk_is_full_nothing_is_left_behind(site, tmp_path, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "write", full)
    with pytest.raises(CommandError, match="No space left"):
        call_command("backup", tmp_path / "backups" / "b.tar")
    assert not list((tmp_path / "backups").iterdir())


def test_a_full_site_is_not_replaced_without_being_told_to(tar):
    with pytest.raises(CommandError, match="database is not empty"):
        call_command("restore", tar)
    assert Order.objects.exists()


@contextmanager
def somebody_working():
    """Another connection in the middle of a transaction on the tests' database."""
    statement = "LOCK TABLE orders_order IN ACCESS SHARE MODE" if ON_POSTGRES else "BEGIN IMMEDIATE"
    with closing(connection.copy()) as other, other.cursor() as cursor:
        other.set_autocommit(not ON_POSTGRES)
        cursor.execute(statement)
        yield
        other.rollback() if ON_POSTGRES else cursor.execute("ROLLBACK")


def test_nothing_happens_to_a_database_that_somebody_works_on(tar, monkeypatch):
    monkeypatch.setattr(databases, "_PATIENCE", 1)
    before = counts()
    with somebody_working(), pytest.raises(CommandError, match=r"lock"):
        call_command("restore", tar, force=True)
    assert counts() == before
    assert protections.missing() == []


def test_a_site_goes_back_to_its_own_backup(tar, capsys):
    make_order()
    assert Order.objects.count() == 2
    call_command("restore", tar, force=True)
    assert "Restored and checked" in capsys.readouterr().out
    assert Order.objects.count() == 1


def rewritten(tar: Path, change) -> Path:
    """The archive with its members changed: ``change`` gets and returns name → bytes."""
    with tarfile.open(tar) as old:
        members = change({member.name: old.extractfile(member).read() for member in old})
    target = tar.with_name("changed.tar")
    with tarfile.open(target, "w") as new:
        for name, content in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            new.addfile(header, BytesIO(content))
    return target


def manifest_with(**facts):
    def change(members):
        manifest = json.loads(members[archive.MANIFEST])
        return {**members, archive.MANIFEST: json.dumps({**manifest, **facts}).encode()}

    return change


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda m: {**m, "database": m["database"] + b"x"}, "were changed"),
        (lambda m: {k: v for k, v in m.items() if "media" not in k}, "missing or were changed"),
        (lambda m: {**m, "media/extra": b"x"}, "were changed"),
        (lambda m: {k: v for k, v in m.items() if k != archive.MANIFEST}, "no manifest"),
        (lambda m: {**m, archive.MANIFEST: b"{"}, "manifest cannot be read"),
        (lambda m: {**m, "media/../../outside": b"x"}, "does not belong"),
        (lambda m: {**m, "/etc/outside": b"x"}, "does not belong"),
        (manifest_with(format=2), "format 2"),
        (manifest_with(vendor="oracle"), "of oracle"),
        (manifest_with(migrations=["orders.9999_later"]), "newer program"),
    ],
)
def test_what_is_no_whole_backup_of_ours_is_refused_before_anything_is_touched(tar, change, sentence):
    before = counts()
    with pytest.raises(CommandError, match=sentence):
        call_command("restore", rewritten(tar, change), force=True)
    assert counts() == before
    assert not (tar.parent.parent / "outside").exists()


def test_an_archive_that_was_cut_off_is_refused(tar):
    cut = tar.with_name("cut.tar")
    cut.write_bytes(tar.read_bytes()[: tar.stat().st_size // 2])
    for broken in (cut, tar.with_name("none.tar")):
        with pytest.raises(CommandError, match="no backup"):
            call_command("restore", broken, force=True)


def test_a_backup_of_an_older_program_is_brought_up_to_date(monkeypatch):
    called = []
    monkeypatch.setattr(work, "call_command", lambda *words, **options: called.append(words))
    monkeypatch.setattr(work, "_known", lambda: {"orders.0001_initial", "orders.9999_later"})
    monkeypatch.setattr(work, "_applied", lambda alias: {"orders.0001_initial"})
    assert work._bring_up_to_date("default") == 1
    assert called == [("migrate",)]


@pytest.mark.django_db
def test_a_restored_database_without_its_triggers_is_no_success(monkeypatch):
    monkeypatch.setattr(protections, "missing", lambda alias: ["guard_order_number"])
    with pytest.raises(NotPossible, match="guard_order_number"):
        work._check_protections("default")
