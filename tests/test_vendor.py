"""Vendored files are exactly what the manifest says, and templates ask for nothing that is not there."""

import hashlib
import json
import re

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "static"
TEMPLATES = settings.BASE_DIR / "templates"
LIBRARIES = json.loads((STATIC / "vendor" / "manifest.json").read_text(encoding="utf-8"))["libraries"]
FILES = {name: digest for library in LIBRARIES for name, digest in library["files"].items()}


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_vendored_file_is_what_its_manifest_says(name):
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == FILES[name]


def test_every_vendored_file_is_in_the_manifest():
    present = {path.relative_to(STATIC).as_posix() for path in (STATIC / "vendor").rglob("*") if path.is_file()}
    assert present - {"vendor/manifest.json"} <= set(FILES)


def test_every_library_names_version_and_licence():
    assert all(library["name"] and library["version"] and library["licence"] for library in LIBRARIES)


def test_vendored_files_point_at_no_source_map():
    assert [n for n in FILES if "sourceMappingURL" in (STATIC / n).read_text(encoding="utf-8")] == []


def test_htmx_stays_on_its_second_version():
    assert next(library["version"] for library in LIBRARIES if library["name"] == "htmx.org").startswith("2.")


def test_every_icon_that_a_template_or_the_code_names_is_in_the_sprite():
    sprite = set(re.findall(r'id="i-([a-z0-9-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    named = {
        name for path in TEMPLATES.rglob("*.html") for name in re.findall(r'{% icon "([^"]+)"', path.read_text("utf-8"))
    }
    code = settings.BASE_DIR.glob("*/[a-z]*.py")
    named |= {name for path in code for name in re.findall(r'\bicon="([^"]+)"', path.read_text("utf-8"))}
    assert named - sprite == set()


def test_pages_carry_no_inline_script_or_style():
    pages = [(path, path.read_text(encoding="utf-8")) for path in TEMPLATES.rglob("*.html")]
    forbidden = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
    assert [str(path.relative_to(TEMPLATES)) for path, text in pages if forbidden.search(text)] == []
