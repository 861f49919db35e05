"""The house rules that no linter knows: sizes, no hidden imports, no rules in save(), no script in pages."""

import ast
import inspect
import re
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
OUR_FOLDERS = [*settings.LOCAL_APPS, "tests", "templates", "static"]
LONGEST_FUNCTION, LONGEST_MODULE, LONGEST_TEMPLATE = 40, 400, 80  # lines
HOSTS_IN_CONFIGURATION = re.compile(r"https?://|index-url|find-links|trusted-host|registry")
FOREIGN_ADDRESS = re.compile(r"""(?:src|href|action|from|import|url\()\s*=?\s*\(?["']?(?:https?:)?//""")
INLINE_CODE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.I),
    "a style in the page": re.compile(r"<style\b|\sstyle\s*=", re.I),
    "an event attribute": re.compile(r"<[^>{]*\son\w+\s*=|\shx-on", re.I),
    "a javascript address": re.compile(r"javascript:", re.I),
}


def project_files(pattern, *folders):
    """The files of the project that match, in every folder of ours or in those given, without what others wrote."""
    found = [path for folder in folders or OUR_FOLDERS for path in (ROOT / folder).rglob(pattern)]
    return [path for path in sorted(found) if path.is_file() and not path.is_relative_to(ROOT / "static" / "vendor")]


def python_files():
    return [*project_files("*.py"), *ROOT.glob("*.py")]


@cache
def modules():
    """Every Python file with its syntax tree, without migrations, which Django writes."""
    return [(path, ast.parse(path.read_text())) for path in python_files() if "migrations" not in path.parts]


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def at(path, line=None):
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


def refuse(findings):
    assert not findings, "\n" + "\n".join(findings)


def test_nothing_is_imported_inside_a_function():
    refuse(
        [
            at(path, node.lineno)
            for path, tree in modules()
            for function in functions(tree)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
    )


def test_parameters_beside_a_form_are_read_in_one_way():
    """By ``core.parameters``, from what the middleware has cleaned."""
    raw = re.compile(r"request\.(GET|POST)(\.get\b|\.getlist\b|\[)|QUERY_STRING")
    readers = [ROOT / "core" / "parameters.py", ROOT / "core" / "middleware.py"]
    ours = [path for path in python_files() if "tests" not in path.parts and path not in readers]
    refuse([at(path) for path in ours if raw.search(path.read_text())])


def test_save_is_never_overridden():
    refuse(
        [
            at(path, method.lineno)
            for path, tree in modules()
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
            for method in node.body
            if isinstance(method, ast.FunctionDef) and method.name == "save"
        ]
    )


def test_no_module_is_called_utils():
    refuse([at(path) for path in python_files() if path.stem == "utils"])


def test_functions_are_short():
    refuse(
        [
            f"{at(path, node.lineno)} {node.name}: {node.end_lineno - node.lineno + 1} lines"
            for path, tree in modules()
            for node in functions(tree)
            if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
        ]
    )


def test_modules_and_templates_are_short():
    limits = {path: LONGEST_MODULE for path, _tree in modules()}
    limits |= dict.fromkeys(project_files("*", "templates"), LONGEST_TEMPLATE)
    sizes = {path: len(path.read_text().splitlines()) for path in limits}
    refuse([f"{at(path)}: {sizes[path]} lines" for path, limit in limits.items() if sizes[path] > limit])


def test_every_model_says_what_it_is_in_the_business():
    models = [model for app in settings.LOCAL_APPS for model in apps.get_app_config(app).get_models()]
    made_by_django = [m for m in models if (inspect.getdoc(m) or "").startswith(f"{m.__name__}(")]
    refuse([model._meta.label for model in made_by_django])


def test_pages_carry_no_code_of_their_own():
    refuse(
        [
            f"{at(path)} has {what}: {found[0].strip()}"
            for path in project_files("*.html")
            for what, pattern in INLINE_CODE.items()
            for found in pattern.finditer(path.read_text())
        ]
    )


def test_pages_scripts_and_styles_fetch_nothing_from_other_servers():
    refuse(
        [
            f"{at(path)}: {found[0]}"
            for path in [*project_files("*", "templates"), *project_files("*.js"), *project_files("*.css")]
            for found in FOREIGN_ADDRESS.finditer(path.read_text())
        ]
    )


def test_requirements_are_pinned_by_version_and_name_no_server():
    allowed = re.compile(r"(#.*|-r requirements\.txt|[\w.-]+(\[[\w,-]+\])?==[\w.]+|)")
    refuse(
        [
            f"{at(path)}: {line}"
            for path in ROOT.glob("requirements*.txt")
            for line in path.read_text().splitlines()
            if not allowed.fullmatch(line)
        ]
    )


def test_the_build_names_no_package_server():
    refuse(
        [
            f"{at(path)}: {line}"
            for path in [ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / "pytest.ini", *(ROOT / ".ci").glob("*")]
            for line in path.read_text().splitlines()
            if HOSTS_IN_CONFIGURATION.search(line)
        ]
    )


def test_the_readers_of_pages_see_what_is_forbidden():
    bad = [
        "<script>go()</script>",
        '<p style="color:red">',
        '<a onclick="go()">',
        '<form hx-on::after-request="go()">',
        '<a href="javascript:go()">',
    ]
    assert all(any(pattern.search(page) for pattern in INLINE_CODE.values()) for page in bad)
    fine = '<script type="module" src="/static/js/entry.js"></script><p class="once">{% if on == 1 %}</p>'
    assert not any(pattern.search(fine) for pattern in INLINE_CODE.values())
    assert FOREIGN_ADDRESS.search('<img src="//elsewhere.example/x.png">')
    assert not FOREIGN_ADDRESS.search('<svg xmlns="http://www.w3.org/2000/svg">')
