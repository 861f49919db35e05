"""Every row of docs/security.md names tests that exist."""

import ast
import re
from pathlib import Path

from django.conf import settings

PAGE = Path(settings.BASE_DIR) / "docs" / "security.md"
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def rows() -> list[str]:
    return [line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d", line)]


def test_every_row_of_the_security_table_names_a_test():
    assert len(rows()) > 40
    assert [row for row in rows() if not NAMED.search(row)] == []


def test_every_test_that_the_table_names_exists():
    named = [found for row in rows() for found in NAMED.findall(row)]
    assert [f"{path}::{name}" for path, name in named if name not in names_in(Path(settings.BASE_DIR) / path)] == []
