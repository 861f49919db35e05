"""One Chromium for all browser tests, one server on a database that connections can share, and watched pages."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings as project
from django.db import connection
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from core.jobs import bell
from tests.browser.hands import DESK, log_in
from tests.browser.language import Written, data_of_the_site
from tests.browser.shelf import Shelf
from tests.browser.watch import Watch
from tests.browser.world import make_world

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    "--lang=zh-CN",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OUTPUT = Path(project.BASE_DIR) / "ci-output"
SERVER = "127.0.0.1"
FAILED = pytest.StashKey[bool]()
PATIENCE = 10_000  # milliseconds an expected thing may take, on a machine that does other things as well
expect.set_options(timeout=PATIENCE)


def pytest_collection_finish(session):
    """A browser's requests come over many connections, which cannot share a SQLite database in memory."""
    if connection.vendor == "sqlite" and any(item.get_closest_marker("browser") for item in session.items):
        folder = tempfile.mkdtemp(prefix="ordersys-browser-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        project.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(Path(folder) / "test.sqlite3")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Lets fixtures know whether the test itself has failed."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


# ---- the browser and the server --------------------------------------------------------------------------------------


def path_of_chromium() -> str:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), "")
    if not found or not Path(found).exists():
        pytest.fail(
            "The browser tests need Chromium: install it (on Debian: apt-get install chromium fonts-noto-cjk), "
            "or set CHROMIUM to the path of one.",
            pytrace=False,
        )
    return found


@pytest.fixture(scope="session")
def chromium() -> Browser:
    """The one browser of the run. Its driver keeps an event loop in this thread, which Django would take for async."""
    path = path_of_chromium()
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        # The boxes that the browser itself draws, dates above all, are in the language of the machine.
        machine = {**os.environ, "LANGUAGE": "zh_CN"}
        browser = playwright.chromium.launch(executable_path=path, args=list(SWITCHES), env=machine)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(django_db_setup, tmp_path_factory) -> LiveServer:
    """The running site, with plain static files and a folder of its own for uploads; no worker hears its bell."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    changed = override_settings(
        ALLOWED_HOSTS=["*"],
        MEDIA_ROOT=tmp_path_factory.mktemp("media"),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={**project.STORAGES, "staticfiles": {"BACKEND": plain}},
    )
    with changed, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bell, "ring", lambda job_id, **options: True)
        server = LiveServer(SERVER)
        yield server
        server.stop()


@pytest.fixture(autouse=True)
def _files_of_this_test_alone(site):
    """Instead of a folder for every test: the files of the demonstration must stay where they were written."""


# ---- the database: empty or the demonstration, put back before every test --------------------------------------------


@pytest.fixture(scope="session")
def shelf(site, django_db_blocker, tmp_path_factory) -> Shelf:
    """Where the database is kept as it was: ``empty`` is what a new installation has."""
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    with django_db_blocker.unblock():
        shelf.keep("empty")
    return shelf


@pytest.fixture
def db(request, shelf, django_db_blocker):
    """A database with nothing but reference data, or with the ``world``, in which server and test see the same."""
    wanted = "empty"
    if "world" in request.fixturenames:
        request.getfixturevalue("cookies")
        wanted = "world"
    with django_db_blocker.unblock():
        shelf.put_back(wanted)
        yield


@pytest.fixture
def transactional_db(db):
    """The same: every connection sees what is committed."""


@pytest.fixture(scope="session")
def cookies(shelf, site, django_db_blocker) -> dict[str, dict]:
    """Makes the demonstration, once; login → the cookie of the session that is kept with it."""
    with django_db_blocker.unblock():
        shelf.put_back("empty")
        with override_settings(DEBUG=True):
            make_world()
        cookies = {person.username: cookie_of(person, site) for person in User.objects.all()}
        shelf.keep("world")
    return cookies


@pytest.fixture
def world(db):
    """The demonstration as it was when it was made, see ``db``."""


@pytest.fixture(scope="session")
def written(cookies, shelf, django_db_blocker) -> Written:
    """What people have written in the demonstration, which may stand on a page in any language."""
    with django_db_blocker.unblock():
        shelf.put_back("world")
        return Written(data_of_the_site())


# ---- people with a browser -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def watchman() -> Watch:
    """Sees every page of every browser."""
    return Watch()


@pytest.fixture
def watch(watchman) -> Watch:
    """Everything that goes wrong on any page of the test; it must be nothing."""
    watchman.begin()
    yield watchman
    assert not watchman.unexpected(), "\n" + "\n".join(watchman.unexpected())


@pytest.fixture(scope="session")
def new_context(chromium, site, watchman):
    """A function that opens a watched browser of its own: its cookies are nobody else's."""

    def open_one(*, viewport=DESK, locale="zh-CN", **more) -> BrowserContext:
        context = chromium.new_context(viewport=viewport, locale=locale, base_url=site.url, **more)
        context.set_default_timeout(PATIENCE)
        watchman.attach(context)
        return context

    return open_one


@pytest.fixture
def keep_failures(request, picture):
    """A function: pages → pictures of them, if the test has failed."""

    def keep(pages: list[Page]) -> None:
        if request.node.stash.get(FAILED, True):
            for number, page in enumerate(pages, start=1):
                picture(page, f"{request.node.name}-{number}", folder="failures")

    return keep


@pytest.fixture
def open_context(new_context, watch, keep_failures):
    """A function that opens a browser, which is closed after the test."""
    contexts: list[BrowserContext] = []

    def open_one(**options) -> BrowserContext:
        contexts.append(new_context(**options))
        return contexts[-1]

    yield open_one
    keep_failures([page for context in contexts for page in context.pages])
    for context in contexts:
        context.close()


def cookie_of(person, site) -> dict:
    """The session of somebody who has logged in."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return {"name": project.SESSION_COOKIE_NAME, "value": client.cookies["sessionid"].value, "url": site.url}


@pytest.fixture
def page_of(open_context, site):
    """A function: person → a page of their browser, logged in; in Chinese and on a desk unless told otherwise."""

    def open_page(person, **options) -> Page:
        context = open_context(**options)
        context.add_cookies([cookie_of(person, site)])
        return context.new_page()

    return open_page


@pytest.fixture
def desk_of(open_context):
    """A function: person → a page of their own browser, logged in through the form as in the morning."""

    def log_them_in(person, **options) -> Page:
        page = open_context(**options).new_page()
        log_in(page, person)
        return page

    return log_them_in


@pytest.fixture(scope="session")
def desks(new_context, cookies):
    """A function: login in the demonstration → the page at their desk; it stays for the whole run, as its caches do."""
    pages: dict[str, Page] = {}

    def desk(login: str) -> Page:
        if login not in pages:
            context = new_context()
            context.add_cookies([cookies[login]])
            pages[login] = context.new_page()
        return pages[login]

    yield desk
    for page in pages.values():
        page.context.close()


@pytest.fixture
def seat(desks, watch, keep_failures):
    """A function: login in the demonstration → the page at their desk, empty and as wide as a desk."""
    taken: dict[str, Page] = {}

    def sit_down(login: str) -> Page:
        taken[login] = desks(login)
        return taken[login]

    yield sit_down
    keep_failures(list(taken.values()))
    for page in taken.values():
        page.goto("about:blank")
        page.set_viewport_size(DESK)


# ---- what is kept of a run -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def picture():
    """A function that keeps a picture of a page under ``ci-output/<folder>``."""

    def take(page: Page, name: str, folder: str = "screenshots", full_page: bool = True) -> None:
        place = OUTPUT / folder
        place.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=place / f"{name}.png", full_page=full_page, animations="disabled")

    return take


@pytest.fixture(scope="session")
def note_down():
    """A function that adds a line of figures to ``ci-output/<name>``; the first one of a run begins the file."""
    begun = set()

    def write(name: str, line: str) -> None:
        OUTPUT.mkdir(exist_ok=True)
        with (OUTPUT / name).open("a" if name in begun else "w", encoding="utf-8") as file:
            file.write(f"{line}\n")
        begun.add(name)

    return write
