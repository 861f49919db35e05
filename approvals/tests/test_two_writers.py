"""Nobody writes a status but the engine and ``born``: the syntax tree of the whole project is walked."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ENGINE = "core/workflow.py"
WRITERS = {"_write_status", "born"}
BULK = {"update", "create", "get_or_create", "update_or_create", "acreate", "aupdate"}


def project_files():
    folders = [ROOT / app for app in settings.LOCAL_APPS]
    found = [path for folder in folders for path in folder.rglob("*.py")]
    return [path for path in found if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts)]


def writes_of(tree):
    """(line, function) of every place that writes something called status."""
    return [(node.lineno, name) for name, node in _with_function(tree) if _writes_status(node)]


def _with_function(tree, name=""):
    for node in ast.iter_child_nodes(tree):
        inner = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else name
        yield inner, node
        yield from _with_function(node, inner)


def _writes_status(node):
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(_is_status(part) for target in targets for part in ast.walk(target))
    if isinstance(node, ast.Call):
        return _call_writes(node)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_sql(node.value)


def _is_status(node):
    return isinstance(node, ast.Attribute) and node.attr == "status"


def _call_writes(call):
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if name in BULK or name == "Order":
        return "status" in named or _says_status(named.get("defaults"))
    if name in {"bulk_update", "setattr"}:
        return _says_status(*call.args, named.get("fields"))
    return name == "save" and _says_status(named.get("update_fields"))


def _says_status(*parts):
    return any(getattr(node, "value", None) == "status" for part in parts if part for node in ast.walk(part))


def _is_sql(text):
    words = " ".join(text.lower().split())
    return "update orders_order set" in words or "insert into orders_order " in words


def test_only_the_engine_writes_a_status():
    found = [
        (str(path.relative_to(ROOT)), line, function)
        for path in project_files()
        for line, function in writes_of(ast.parse(path.read_text()))
    ]
    strangers = [f"{path}:{line}" for path, line, function in found if path != ENGINE or function not in WRITERS]
    assert not strangers, "\n".join(["These write a status past the engine:", *strangers])
    assert {function for _path, _line, function in found} == WRITERS, "The walk no longer sees the two writers."


@pytest.mark.parametrize(
    "code",
    [
        'order.status = "approved"',
        'order.status, order.round = "approved", 2',
        'order.status += "x"',
        'Order.objects.filter(pk=1).update(status="approved")',
        'Order.objects.create(customer=c, status="approved")',
        'Order(customer=c, status="approved")',
        'Order.objects.bulk_update(orders, ["round", "status"])',
        'Order.objects.bulk_update(orders, fields=["status"])',
        'Order.objects.update_or_create(pk=1, defaults={"status": "approved"})',
        'setattr(order, "status", "approved")',
        'order.save(update_fields=["status"])',
        'cursor.execute("UPDATE orders_order SET status = %s", [1])',
    ],
)
def test_the_walk_sees_every_way_of_writing_a_status(code):
    assert writes_of(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    ['Order.objects.filter(status="draft").update(round=1)', "if order.status == 1: x = order.status", "order.save()"],
)
def test_reading_a_status_is_free(code):
    assert not writes_of(ast.parse(code))
