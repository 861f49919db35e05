"""The Chinese catalogue is complete; read from the sources directly, so that nobody needs gettext to run the tests."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
# How many of the leading arguments make an entry, context included; lazy variants have the same.
ARGUMENTS = {"_": 1, "gettext": 1, "gettext_noop": 1, "pgettext": 2, "ngettext": 2, "npgettext": 3}
CONTEXTUAL = {"pgettext", "npgettext"}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w*}")


def entry(function, texts):
    """An entry's key, its context and its text; the plural belongs to the same entry."""
    return (texts[0], texts[1]) if function in CONTEXTUAL else (None, texts[0])


def entries_of_python(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")).removesuffix("_lazy")
            arguments = node.args[: ARGUMENTS.get(name, 0)]
            if arguments and all(isinstance(a, ast.Constant) and isinstance(a.value, str) for a in arguments):
                yield entry(name, [argument.value for argument in arguments])


def entries_of_template(source):
    for function, literals in CALL.findall(templatize(source)):
        yield entry(function, [ast.literal_eval(literal) for literal in re.findall(LITERAL, literals)])


def used_entries():
    """Every entry that the sources ask for, with a file that does."""
    found = {}
    for app in settings.LOCAL_APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "tests" not in path.parts:
                found |= dict.fromkeys(entries_of_python(path.read_text()), path.name)
    for path in (ROOT / "templates").rglob("*.html"):
        found |= dict.fromkeys(entries_of_template(path.read_text()), path.name)
    return found


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(CATALOGUE))


def texts_of(item):
    return list(item.msgstr_plural.values()) if item.msgid_plural else [item.msgstr]


def as_texts(items):
    return {(item.msgctxt, item.msgid): texts_of(item) for item in items}


def test_every_sentence_has_its_chinese(catalogue):
    translated = {(item.msgctxt, item.msgid) for item in catalogue.translated_entries()}
    missing = {key: where for key, where in used_entries().items() if key not in translated}
    assert not missing, "\n".join(["", *sorted(f"{where}: {text}" for (_context, text), where in missing.items())])


def test_no_entry_is_fuzzy(catalogue):
    assert [item.msgid for item in catalogue.fuzzy_entries()] == []


def test_translations_keep_their_placeholders(catalogue):
    broken = [
        item.msgid
        for item in catalogue.translated_entries()
        for text in texts_of(item)
        if not set(PLACEHOLDER.findall(text)) <= set(PLACEHOLDER.findall(f"{item.msgid} {item.msgid_plural}"))
        or (not item.msgid_plural and set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(item.msgid)))
    ]
    assert broken == []


def test_the_compiled_catalogue_is_up_to_date(catalogue):
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert as_texts(compiled) == as_texts(catalogue.translated_entries())


def test_the_reader_finds_what_makemessages_finds():
    source = 'a = _("One")\nb = pgettext_lazy("ctx", "Two")\nc = ngettext("%(n)d thing", "%(n)d things", n)\nd = _(a)'
    assert set(entries_of_python(source)) == {(None, "One"), ("ctx", "Two"), (None, "%(n)d thing")}
    page = '{% load i18n %}{% translate "It\'s" %} {% blocktranslate trimmed %}\n Hi {{ who }}\n{% endblocktranslate %}'
    assert set(entries_of_template(page)) == {(None, "It's"), (None, "Hi %(who)s")}
