"""What stands in a PDF and where, as JSON: a process of its own, as nobody knows what a PDF asks of its reader.

``python pdf_words.py FILE`` writes ``{"pages": [{"words": […], "tables": […]}]}`` or ``{"refused": why}``. It ends
itself when the file asks for more time or memory than an order can need.
"""

import json
import logging
import resource
import sys

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import PdfminerException

MOST_PAGES = 60
MOST_CHARACTERS = 200_000
_SECONDS, _BYTES = 25, 1536 * 1024 * 1024


def main(path: str) -> dict:
    """The pages of the file, or why it is not read: ``long``, ``scan``, ``password`` or ``broken``."""
    try:
        with pdfplumber.open(path) as found:
            return _read(found)
    except PDFPasswordIncorrect:
        return {"refused": "password"}
    except PdfminerException as why:
        is_locked = isinstance(why.args[0] if why.args else None, PDFPasswordIncorrect)
        return {"refused": "password" if is_locked else "broken"}
    except MemoryError:
        return {"refused": "long"}
    except (PDFException, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, AssertionError):
        return {"refused": "broken"}


def _read(found) -> dict:
    if len(found.pages) > MOST_PAGES:
        return {"refused": "long"}
    pages, characters = [], 0
    for page in found.pages:
        characters += len(page.chars)
        if characters > MOST_CHARACTERS:
            return {"refused": "long"}
        pages.append(_page(page))
        page.close()
    return {"pages": pages} if characters else {"refused": "scan"}


def _page(page) -> dict:
    """Its words (left, right, top, bottom, text), and its ruled tables (top, bottom, rows of cells)."""
    words = page.extract_words(x_tolerance_ratio=0.3)
    tables = [{"top": each.bbox[1], "bottom": each.bbox[3], "rows": each.extract()} for each in page.find_tables()]
    return {
        "words": [[word["x0"], word["x1"], word["top"], word["bottom"], word["text"]] for word in words],
        "tables": [table for table in tables if table["rows"] and len(table["rows"][0]) > 1],
    }


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    json.dump(main(sys.argv[1]), sys.stdout)
