"""Which language the words on a page are in: what is data may be in any, everything else is in the page's."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import polib
from django.apps import apps
from django.conf import settings
from django.db import models
from playwright.sync_api import Page

from core import registries

CATALOGUE = Path(settings.BASE_DIR) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
HAN = re.compile(r"[\u3400-\u9fff]+")
#: An amount in Chinese capitals stands on every document, and 元 is the currency in every language.
CAPITALS = re.compile("[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整]+")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|{\w*}")
ENGLISH_WORDS = re.compile(r"\b[a-z]{2,}(?:,? [a-z]{2,})+\b")
MANY = re.compile(r"[A-Za-z]{2,}\W+[A-Za-z]{2,}")

#: Every text of the page with the element it belongs to, also what only screen readers, hints, closed menus and
#: templates say. Names of languages and keys stay in their own.
TEXTS = """
() => {
  const found = [];
  const own = "script, style, noscript, kbd, [lang]:not(html)";
  const said = ["title", "alt", "placeholder", "aria-label", "aria-roledescription", "data-label", "data-confirm"];
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.closest(own)) continue;
      const name = element.tagName.toLowerCase() + (element.className?.trim ? "." + element.className.trim() : "");
      for (const node of element.childNodes) {
        if (node.nodeType === Node.TEXT_NODE && node.data.trim()) found.push([name, node.data.trim()]);
      }
      for (const attribute of said) {
        if (element.hasAttribute(attribute)) found.push([`${name}[${attribute}]`, element.getAttribute(attribute)]);
      }
      if (element.matches("button, input[type=submit], input[type=button]") && element.value) {
        if (element.tagName === "INPUT") found.push([name, element.value]);
      }
      if (element.tagName === "TEMPLATE") look(element.content);
    }
  };
  look(document);
  return found;
}
"""


def texts_of(page: Page) -> list[tuple[str, str]]:
    """Every text on the page with the element that says it."""
    return [(where, " ".join(text.split())) for where, text in page.evaluate(TEXTS)]


def data_of_the_site() -> list[str]:
    """Everything that people, or the demonstration, have written into the database, and what spreadsheets must say."""
    written = [
        text for app in settings.LOCAL_APPS for model in apps.get_app_config(app).get_models() for text in _of(model)
    ]
    columns = [column for kind in registries.import_kinds.values() for column in kind.columns]
    return written + [word for column in columns for word in (column.name, column.hint) if isinstance(word, str)]


def _of(model) -> Iterable[str]:
    kinds = (models.CharField, models.TextField, models.JSONField)
    names = [field.attname for field in model._meta.concrete_fields if isinstance(field, kinds)]
    rows = model._base_manager.values_list(*names) if names else []
    return (str(value) for row in rows for value in row if value)


class Written:
    """What people have written, which may stand on a page in any language."""

    def __init__(self, texts: Iterable[str]) -> None:
        texts = list(texts)
        self.text = "\n".join(texts)
        self.chinese_words = {run for text in texts for run in HAN.findall(text)}


def chinese_beyond(texts: list[tuple[str, str]], written: Written) -> list[str]:
    """What an English page says in Chinese though nobody has written it: ``element: text``."""
    return [
        f"{where}: {text}"
        for where, text in texts
        if any(not _made_of(run, written.chinese_words) for run in HAN.findall(text) if not CAPITALS.fullmatch(run))
    ]


def _made_of(run: str, words: set[str]) -> bool:
    """Whether a run of characters is one of the words, or several of them one after the other, as in an address."""
    reached = {0}
    for end in range(1, len(run) + 1):
        if any(start in reached and run[start:end] in words for start in range(end)):
            reached.add(end)
    return len(run) in reached


@cache
def english_sentences() -> tuple[frozenset[str], tuple[str, ...]]:
    """What the catalogue translates: whole texts, and their parts of two words and more between placeholders."""
    entries = [entry for entry in polib.pofile(str(CATALOGUE)) if entry.msgid not in _chinese_of(entry)]
    texts = {text for entry in entries for text in (entry.msgid, entry.msgid_plural) if text}
    parts = {part.strip() for text in texts for part in PLACEHOLDER.split(text)}
    return frozenset(texts), tuple(part for part in parts if MANY.search(part))


def _chinese_of(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def english_left(texts: list[tuple[str, str]], written: Written) -> list[str]:
    """What a Chinese page says in English though it is translated, or should be: ``element: text``."""
    whole, parts = english_sentences()
    data = written.text
    return [
        f"{where}: {text}"
        for where, text in texts
        if re.search("[A-Za-z]{2}", text)
        and text not in data
        and (text in whole or any(part in text for part in parts) or _speaks_english(text, data))
    ]


def _speaks_english(text: str, data: str) -> bool:
    return any(words not in data for words in ENGLISH_WORDS.findall(text))
