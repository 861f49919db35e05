"""Imports as pages: bring a workbook, see what is wrong with it, say which columns are which, import it."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import parameters, registries
from core.file_types import XLSX
from core.forms import FieldsetForm
from core.http import render_invalid, see_other
from core.imports.book import Refusal, workbook_rules
from core.imports.differences import in_words
from core.imports.findings import SHOWN_PROBLEMS
from core.imports.kinds import Column, ImportKind, kinds_for
from core.imports.store import KEPT_FOR, bring, check_again, confirm
from core.imports.template import template_of
from core.imports.values import Misread, displayed
from core.messages import seen_by_itself
from core.models import ImportRun, Job
from core.rights import may_import
from core.sentences import translated

PROBLEMS_A_PAGE = 50
LATEST = 8


class WorkbookForm(FieldsetForm):
    """The workbook to be imported."""

    file = forms.FileField(
        label=gettext_lazy("Excel workbook"),
        help_text=gettext_lazy(".xlsx or .xls, at most 20 MB and 100,000 rows"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls"}),
    )
    fieldsets = ((None, ("file",)),)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs |= workbook_rules().attributes()


def _kind_for(request, key: str) -> ImportKind:
    """The kind of a page; 404 for one that does not exist, 403 for who may not import it."""
    kind = registries.import_kinds.get(key)
    if kind is None:
        raise Http404
    if not kind.allows(request.user):
        raise PermissionDenied(_("Your role may not do this."))
    return kind


def _run_for(request, kind: ImportKind, pk: int) -> ImportRun:
    runs = ImportRun.objects.visible_to(request.user).filter(kind=kind.key)
    return get_object_or_404(runs.select_related("check_job", "import_job"), pk=pk)


@require_GET
def import_index(request):
    """What can be imported, in the order in which a newcomer does it."""
    if not may_import(request.user):
        raise PermissionDenied(_("Your role may not do this."))
    kinds = kinds_for(request.user)
    runs = ImportRun.objects.visible_to(request.user)[:LATEST]
    return render(request, "core/import_index.html", {"kinds": kinds, "runs": _with_labels(runs)})


@require_http_methods(["GET", "POST"])
def import_start(request, kind: str):
    """The page where a workbook is brought; leads to its dry run."""
    found = _kind_for(request, kind)
    if request.method == "GET":
        return render(request, "core/import_start.html", _start_context(request, found, WorkbookForm()))
    form = WorkbookForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            return see_other(bring(kind=found, upload=form.cleaned_data["file"], by=request.user))
        except Refusal as why:
            form.add_error("file", translated(why.sentence))
    return render_invalid(request, "core/import_start.html", _start_context(request, found, form))


def _start_context(request, kind: ImportKind, form: WorkbookForm) -> dict:
    runs = ImportRun.objects.visible_to(request.user).filter(kind=kind.key)[:LATEST]
    return {"kind": kind, "form": form, "runs": _with_labels(runs), "kept_days": KEPT_FOR.days}


def _with_labels(runs) -> list[tuple[ImportRun, object]]:
    kinds = registries.import_kinds
    return [(run, kinds[run.kind].label) for run in runs if run.kind in kinds]


@require_GET
def import_template(request, kind: str):
    """The empty workbook with the headings of a kind."""
    found = _kind_for(request, kind)
    name = _("Template %(kind)s.xlsx") % {"kind": found.label}
    header = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(template_of(found), content_type=XLSX.content_type, headers=header)


@require_GET
def import_run(request, kind: str, pk: int):
    """One workbook: being checked (the page renews itself), with its problems, or ready to be imported."""
    found = _kind_for(request, kind)
    run = _run_for(request, found, pk)
    if run.check_job and not run.check_job.is_live:
        seen_by_itself(request.user, run.check_job.get_absolute_url())
    context = _run_context(request, found, run)
    return render(request, "core/_import_run.html" if request.htmx else "core/import_run.html", context)


def _run_context(request, kind: ImportKind, run: ImportRun, mistake: str = "") -> dict:
    findings, tried = run.findings or {}, run.import_job
    # An import that came to nothing, unless the file was checked again since.
    has_failed = tried and tried.state == Job.State.FAILED and tried.pk >= (run.check_job_id or 0)
    pages = Paginator(findings.get("problems", []), PROBLEMS_A_PAGE)
    problems = pages.get_page(parameters.key(request.GET, "page") or 1)
    return {
        "kind": kind,
        "run": run,
        "job": run.check_job,
        "findings": findings,
        "problems": problems,
        "described": [{**problem, "sentence": translated(problem["sentence"])} for problem in problems],
        "notices": [{**notice, "sentence": translated(notice["sentence"])} for notice in findings.get("notices", [])],
        "hidden_problems": max(0, findings.get("problem_count", 0) - SHOWN_PROBLEMS),
        "assignments": _assignments(kind, findings),
        "is_mapping_open": findings.get("unclear") or findings.get("guessed") or findings.get("ignored") or mistake,
        **_preview(kind, findings, findings.get("proposal", {})),
        "differences": in_words(findings.get("differences", {})),
        "mistake": mistake,
        "failed_import": tried if has_failed else None,
    }


def _assignments(kind: ImportKind, findings: dict) -> list[dict]:
    """Our columns, each with the file's heading that is proposed for it."""
    proposal, guessed = findings.get("proposal", {}), findings.get("guessed", ())
    return [
        {"column": column, "place": proposal.get(column.name, ""), "guessed": column.name in guessed, "at": n}
        for n, column in enumerate(kind.columns)
        if not column.instead_of or column.name in proposal
    ]


@dataclass(frozen=True)
class PreviewCell:
    """One cell as it would be read, or why it cannot be."""

    text: str
    why: str = ""


def _preview(kind: ImportKind, findings: dict, places: dict[str, int]) -> dict:
    """The first rows of the file as they would be read with these columns."""
    at = {place: n for n, (place, _letter, _text) in enumerate(findings.get("headings", ()))}
    headings = {place: f"{letter} · {text}" for place, letter, text in findings.get("headings", ())}
    shown = [(column, places[column.name]) for column in kind.columns if places.get(column.name) in at]
    return {
        "preview_heads": [(column.name, headings[place]) for column, place in shown],
        "preview_rows": [
            [_preview_cell(column, row[at[place]]) for column, place in shown] for row in findings.get("preview", ())
        ],
    }


def _preview_cell(column: Column, text: str) -> PreviewCell:
    if not text:
        return PreviewCell("", _("empty") if column.required else "")
    try:
        return PreviewCell(displayed(column.read(text)))
    except Misread as why:
        return PreviewCell(text, translated(why.sentence))


@require_POST
def import_preview(request, kind: str, pk: int):
    """The first rows as they would be read with the columns that stand in the form at this moment."""
    found = _kind_for(request, kind)
    findings = _run_for(request, found, pk).findings or {}
    return render(request, "core/_import_preview.html", _preview(found, findings, _places(request, found)))


@require_POST
def import_columns(request, kind: str, pk: int):
    """Checks the file again, with the sheet, the header row and the columns that were chosen."""
    found = _kind_for(request, kind)
    run = _run_for(request, found, pk)
    chosen, mistake = _chosen(request, found, run)
    if mistake:
        return render_invalid(request, "core/import_run.html", _run_context(request, found, run, mistake))
    check_again(run=run, choice=chosen)
    return see_other(run)


def _chosen(request, kind: ImportKind, run: ImportRun) -> tuple[dict, str]:
    """The choice as it is kept, and what is wrong with it. Another table begins with what is found there."""
    findings = run.findings or {}
    sheet = parameters.choice(request.POST, "sheet", findings.get("sheets", ()))
    chosen: dict = {"sheet": sheet, "header_row": parameters.key(request.POST, "header_row")}
    if (chosen["sheet"], chosen["header_row"]) != (findings.get("sheet"), findings.get("header_row")):
        return chosen, ""
    places = _places(request, kind)
    if len(set(places.values())) < len(places):
        return chosen, _("Two columns cannot be the same heading of the file.")
    return {**chosen, "columns": places}, ""


def _places(request, kind: ImportKind) -> dict[str, int]:
    """Our columns with the places that were picked for them."""
    picked = {column.name: parameters.key(request.POST, f"column-{n}") for n, column in enumerate(kind.columns)}
    return {name: place for name, place in picked.items() if place is not None}


@require_POST
def import_confirm(request, kind: str, pk: int):
    """Imports a file without problems, in the background; leads to the job."""
    found = _kind_for(request, kind)
    run = _run_for(request, found, pk)
    if run.import_job and (run.import_job.is_live or run.imported_at):
        return see_other(run.import_job)
    if not run.is_ready:
        messages.warning(request, _("This file cannot be imported as it is."))
        return see_other(run)
    return see_other(confirm(run=run))
