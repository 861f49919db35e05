"""docs/operations.md speaks of what there is: every variable that is read, only commands that exist."""

import re

from django.conf import settings
from django.core.management import get_commands

PAGE = (settings.BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
READS = re.compile(r"""env\.\w+\(\s*"([A-Z_]+)"|environ\.get\("([A-Z_]+)"\)""")
ROW = re.compile(r"^\| (`[A-Z_`, ]+) \|", re.MULTILINE)


def variables() -> set[str]:
    sources = [settings.BASE_DIR / "ordersys" / name for name in ("settings.py", "serve.py")]
    return {one or other for path in sources for one, other in READS.findall(path.read_text(encoding="utf-8"))}


def test_every_variable_that_is_read_is_explained_and_no_other():
    explained = {name for row in ROW.findall(PAGE) for name in re.findall(r"`([A-Z_]+)`", row)}
    assert explained == variables()
    assert len(explained) > 10


def test_every_command_exists():
    named = set(re.findall(r"manage\.py (\w+)", PAGE))
    assert named <= get_commands().keys()
    assert {"backup", "restore", "prepare"} <= named
