"""Who may know whom: import-linter sees imports, these tests what it cannot see: settings, strings, templates."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
# Uppermost first; siblings share a layer and may not know each other, and what stands in brackets may still be missing.
PLANNED = [re.split(r"\s*\|\s*", layer) for layer in LINTER["contracts"][0]["layers"]]
LAYERS = [
    [app.strip("()") for app in layer if not app.startswith("(") or (ROOT / app.strip("()")).exists()]
    for layer in PLANNED
]
DEPTH = {app: depth for depth, layer in enumerate(LAYERS) for app in layer}
# Templates outside of templates/<app>/: whose they are.
SHARED_ROOMS = {"": "core", "components": "core", "errors": "core", "admin": "core", "registration": "accounts"}

DOTTED = re.compile(rf"({'|'.join(DEPTH)})(\.\w+)+")
TEMPLATE_NAME = re.compile(r"[\w/]+\.(html|txt)")
LOAD = re.compile(r"{%\s*load\s+(.+?)\s*%}")
TEMPLATE_TAG = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")


def may_know(app, other):
    """Whether ``app`` may name ``other``: itself, or anything on a lower layer."""
    return app == other or DEPTH[app] < DEPTH[other]


def room_of(template):
    """The app that a template belongs to, by its path below templates/; None when it stands nowhere known."""
    folder = Path(template).parts[0] if len(Path(template).parts) > 1 else ""
    return SHARED_ROOMS.get(folder) or (folder if folder in DEPTH else None)


def python_files(app):
    return [path for path in sorted((ROOT / app).rglob("*.py")) if "tests" not in path.relative_to(ROOT / app).parts]


def names_in(tree):
    """The apps, and the templates' owners, that the strings of a module name, each with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"get_model", "get_app_config"}:
            named = [argument.value for argument in node.args[:1] if isinstance(argument, ast.Constant)]
            yield from ((app, node.lineno) for app in named if app in DEPTH)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if dotted := DOTTED.fullmatch(node.value):
                yield dotted[1], node.lineno
            elif TEMPLATE_NAME.fullmatch(node.value) and (owner := room_of(node.value)):
                yield owner, node.lineno


def tag_owners():
    """Which app a template tag library belongs to."""
    return {path.stem: app for app in DEPTH for path in (ROOT / app / "templatetags").glob("[!_]*.py")}


def libraries(tags):
    """The libraries that the inside of a ``load`` tag names: ``a b`` names both, ``x y from a`` names a."""
    words = tags.split()
    return words[-1:] if "from" in words else words


def templates():
    return sorted((ROOT / "templates").rglob("*.*"))


def test_the_contract_names_every_app_in_the_order_of_the_settings():
    assert [app for layer in LAYERS for app in layer] == settings.LOCAL_APPS
    assert settings.INSTALLED_APPS[: len(settings.LOCAL_APPS)] == settings.LOCAL_APPS
    assert sorted(LINTER["root_packages"]) == sorted(settings.LOCAL_APPS)


def test_every_package_of_the_project_is_an_app_under_the_contract():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages == set(DEPTH)


@pytest.mark.parametrize("app", DEPTH)
def test_strings_name_only_apps_below(app):
    wrong = [
        f"{path.relative_to(ROOT)}:{line} names {other}"
        for path in python_files(app)
        for other, line in names_in(ast.parse(path.read_text()))
        if not may_know(app, other)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_template_folder_belongs_to_an_app():
    homeless = [str(path) for path in templates() if room_of(path.relative_to(ROOT / "templates")) is None]
    assert not homeless, "\n".join(homeless)


def test_templates_load_include_and_extend_only_from_below():
    owners = tag_owners()
    wrong = []
    for path in templates():
        name, source = path.relative_to(ROOT / "templates"), path.read_text()
        loaded = {owners[library] for tags in LOAD.findall(source) for library in libraries(tags) if library in owners}
        used = {room_of(template) for template in TEMPLATE_TAG.findall(source)} - {None}
        wrong += [f"{name} uses {other}" for other in loaded | used if not may_know(room_of(name), other)]
    assert not wrong, "\n".join(wrong)


def test_templates_stand_in_one_folder_only():
    assert not [str(path) for app in DEPTH for path in (ROOT / app).glob("templates")]


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ('models.ForeignKey("approvals.Decision", models.CASCADE)', "approvals"),
        ('apps.get_model("approvals", "Decision")', "approvals"),
        ('template_name = "approvals/order_review.html"', "approvals"),
        ('template_name = "components/_badge.html"', "core"),
    ],
)
def test_the_reader_of_strings_sees_what_the_linter_does_not(source, named):
    assert (named, 1) in list(names_in(ast.parse(source)))


def test_siblings_and_upper_layers_are_not_to_be_known():
    assert may_know("approvals", "orders")
    assert not may_know("orders", "approvals")
    assert not may_know("customers", "products")
