"""What the documents name is there: files, modules and what stands in them, and pages that they lead to."""

import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CODE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```.*?^```", re.M | re.S)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
FILE = re.compile(r"[\w*./-]*\w\.(?:py|md|js|css|csv|html|toml|ini|txt)|(?:[\w*-]+/)+")
OURS = re.compile(rf"(?:{'|'.join([*settings.LOCAL_APPS, 'ordersys', 'benchmarks'])})(?:\.\w+)+")


def words_of(document):
    """What a document writes as code, but for its blocks of commands."""
    return CODE.findall(FENCED.sub("", document.read_text()))


@cache
def known_files():
    """Every file and folder of the project, with a slash in front."""
    apart = {".git", ".venv", "var"}
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if not apart & set(path.relative_to(ROOT).parts))
    return [f"/{path}" for path in found]


def is_there(name):
    """Whether a file or folder is called that, in full or by the end of its path."""
    pattern = re.compile(".*/" + re.escape(name.rstrip("/")).replace(r"\*", "[^/]+"))
    return any(pattern.fullmatch(path) for path in known_files())


def stands_in_a_module(name):
    """Whether a dotted name is a module, or leads from one to something in it."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        try:
            if find_spec(module) is None:
                continue
        except ModuleNotFoundError:
            continue
        found = import_module(module)
        for part in parts[length:]:
            if not hasattr(found, part) and part not in getattr(found, "__annotations__", {}):
                return False
            found = getattr(found, part, None)
        return True
    return False


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_is_there(document):
    named = [word for word in words_of(document) if FILE.fullmatch(word) and not word.startswith(("/", "var/", "../"))]
    assert [name for name in named if not is_there(name)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_name_of_ours_in_a_document_is_there(document):
    named = [word.removesuffix("()") for word in words_of(document)]
    assert [
        name for name in named if OURS.fullmatch(name) and not FILE.fullmatch(name) and not stands_in_a_module(name)
    ] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_within_the_documents_leads_to_a_file(document):
    targets = [target for target in LINK.findall(document.read_text()) if "://" not in target]
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_the_glossary_explains_each_term_once():
    rows = ROOT.joinpath("docs/glossary.md").read_text().splitlines()
    terms = [row.split("|")[1].strip() for row in rows if row.startswith("| ")]
    assert sorted(term for term in set(terms) if terms.count(term) > 1) == []


def test_whoever_asks_the_readme_where_something_is_finds_it():
    table = ROOT.joinpath("README.md").read_text().partition("## Where is")[2].partition("\n\n[")[0]
    rows = [line.split("|")[2] for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 20
    assert [row for row in rows if not any(is_there(word) for word in CODE.findall(row) if FILE.fullmatch(word))] == []
