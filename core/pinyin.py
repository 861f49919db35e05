"""Chinese words as they are typed on a Latin keyboard: search and sorting go by stored pinyin."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice, product
from math import prod

from pypinyin import lazy_pinyin

from core.readings import USUAL
from core.text_key import search_form

#: A name with more readings is kept with those that differ in one character from the likeliest one.
MOST_READINGS = 16
_RUN = re.compile(r"[^\x00-\xff]+|[\x00-\xff]+")  # what is read in pinyin, and what is typed as it stands


def reading_of(text: str) -> str:
    """The text in pinyin without tones and spaces, lower case: ``海雅装备`` → ``haiyazhuangbei``."""
    return "".join(lazy_pinyin(text)).lower()


def readings_of(text: str) -> list[tuple[str, str]]:
    """The usual readings of a text with their initials, the likeliest first.

    ``朝阳`` is read zhaoyang (zy) and chaoyang (cy).
    """
    runs = [((run, run),) if run.isascii() else _readings_of_run(run) for run in _RUN.findall(text)]
    together = (zip(*found, strict=True) for found in islice(product(*runs), MOST_READINGS))
    return [("".join(sounds), "".join(initials)) for sounds, initials in together]


@lru_cache(maxsize=10_000)
def _readings_of_run(text: str) -> tuple[tuple[str, str], ...]:
    likeliest = lazy_pinyin(text, errors=list)  # type: ignore[arg-type]
    choices = [[sound, *(s for s in USUAL.get(c, ()) if s != sound)] for c, sound in zip(text, likeliest, strict=True)]
    if prod(map(len, choices)) <= MOST_READINGS:
        readings = [list(reading) for reading in product(*choices)]
    else:
        others = [(place, sound) for place, sounds in enumerate(choices) for sound in sounds[1:]]
        changed = ([*likeliest[:place], sound, *likeliest[place + 1 :]] for place, sound in others)
        readings = [likeliest, *islice(changed, MOST_READINGS - 1)]
    return tuple(("".join(reading), "".join(sound[0] for sound in reading)) for reading in readings)


def search_key_of(codes: Sequence[str], names: Sequence[str]) -> str:
    """What ``matching`` looks into: the search forms of codes and names, then the names' pinyin and initials.

    What stands in a longer part already is left out.
    """
    forms = [search_form(name) for name in names]
    read = [readings_of(form) for form in forms if not form.isascii()]
    sounds = [sound for readings in read for sound, _initials in readings]
    initials = [letters for readings in read for _sound, letters in readings]
    parts = dict.fromkeys(filter(None, (*map(search_form, codes), *forms, *sounds, *initials)))
    return " ".join(part for part in parts if not any(part in other and part != other for other in parts))
