"""Text as people write it, and the one form of it by which things are found and told apart.

What people wrote is kept (``written``). Whatever is compared, looked up or unique goes by ``text_key`` of it, and what
is searched by ``search_form`` of that: there is no other place in which text is brought into a form.
"""

import re
import unicodedata

from django.db import models

# Marks without width, those that turn the direction of writing, control characters, halves of characters.
_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f\ud800-\udfff"
)
_RAW = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_UNSEEN_MARKS = re.compile(f"[{_UNSEEN}]")
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")
_VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # how a character is drawn, not which it is

_QUOTES = "\"'`´‘’‚‛“”„‟′″‴‵‶‷«»‹›ʹʺʻʼˈ＂＇｀〝〞〟"
_DOTS = "•‧∙⋅・･"
_DASHES = "−⁃﹘﹣－─━⸺⸻"  # beside those that Unicode calls dashes
_CLASSES = {"Pd": "-", "Ps": "(", "Pe": ")", "Pi": "'", "Pf": "'"}
_SIGNS = {code: one for code in range(0x10000) if (one := _CLASSES.get(unicodedata.category(chr(code))))}
_SIGNS |= {ord(sign): one for signs, one in ((_QUOTES, "'"), (_DOTS, "·"), (_DASHES, "-")) for sign in signs}
_LETTER = "a-zß-ӿ"  # of an alphabet, in which blanks part words
_PARTING_BLANK = re.compile(rf"(?<=[{_LETTER}])\s+(?=[{_LETTER}])")
_BLANKS = re.compile(r"\s+")
_RUNS = re.compile(r"-{2,}|'{2,}")
_TIMES = re.compile(r"(?<=\d)\s*[*×✕✖╳∗⨯⨉]\s*(?=\d)")
_POINT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_PUNCTUATION = re.compile(r"[^\w.]|_")
_HAN = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PARTS = re.compile(rf"[{_HAN}]+|\d(?:[\d.]|x(?=\d))*|[^\W\d_{_HAN}]+")


# ---- as it is kept ---------------------------------------------------------------------------------------------------


def written(text: str) -> str:
    """What somebody wrote, as it is kept: without what cannot be seen and without blanks at its ends."""
    return visible(text).strip()


def written_line(text: str) -> str:
    """The same in one line: ends of lines and tabs become blanks."""
    return re.sub(r"[\t\n]+", " ", written(text))


def visible(text: str) -> str:
    """The text without characters that have no width, turn the direction of writing or are no text at all."""
    return _UNSEEN_MARKS.sub("", _LINE_ENDS.sub("\n", text))


def raw_free(text: str) -> str:
    """The text without what is no text: control characters and halves of characters. For passwords."""
    return _RAW.sub("", text)


def half_width(text: str) -> str:
    """Figures, dates and phone numbers in the one width in which they are read: ``８，６００`` is ``8,600``."""
    return unicodedata.normalize("NFKC", visible(text))


# ---- as it is compared -----------------------------------------------------------------------------------------------


def text_key(text: str) -> str:
    """The form in which two ways of writing one thing are the same: ``控制柜（防爆型）`` and ``控制柜 (防爆型)``.

    NFKC with folded case; every kind of dash, bracket, quote and dot is one; blanks count only where they part words
    of an alphabet.
    """
    plain = _VARIANTS.sub("", visible(text)).translate(_SIGNS)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold())
    plain = folded.translate(_SIGNS).strip()
    plain = _BLANKS.sub("", _PARTING_BLANK.sub("\0", plain)).replace("\0", " ")
    return _RUNS.sub(lambda run: run[0][0], plain)


class KeyField(models.TextField):
    """The ``text_key`` of another field of its row, written whenever the row is; None where that is None.

    ``save(update_fields=…)`` must name it beside the other one; ``update()`` of the other one leaves it behind.
    """

    def __init__(self, *args, of: str, **options):
        self.of = of
        super().__init__(*args, **{"editable": False, "default": None if options.get("null") else "", **options})

    def deconstruct(self):
        name, path, arguments, options = super().deconstruct()
        return name, path, arguments, {**options, "of": self.of}

    def key_of(self, text: str | None) -> str | None:
        return None if text is None and self.null else text_key(text or "")

    def pre_save(self, instance, add):
        key = self.key_of(getattr(instance, self.of))
        setattr(instance, self.attname, key)
        return key


# ---- as it is searched -----------------------------------------------------------------------------------------------


def search_form(text: str) -> str:
    """A name or number as it stands in a search key: letters and figures alone, ``YJV-4×16`` as ``yjv4x16``.

    A decimal point stays. Where nothing but signs was written, these stay.
    """
    key = text_key(text).replace(" ", "")
    return _PUNCTUATION.sub("", _POINT.sub("", _TIMES.sub("x", key))) or key


def words_of(text: str) -> list[str]:
    """What somebody typed into a search box, as words that can stand in a search key."""
    forms = dict.fromkeys(search_form(word) for word in _TIMES.sub("x", half_width(text)).split())
    return [form for form in forms if _PARTS.search(form)] or [form for form in forms if form]


def parts_of(word: str) -> list[str]:
    """A word of ``words_of`` where its kind of characters changes: ``控制柜500`` as 控制柜 and 500."""
    return _PARTS.findall(word)
