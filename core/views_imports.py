"""Imports as pages: bring a workbook, see what is wrong with it, say which columns are which, import it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import registries
from core.forms import FieldsetForm
from core.http import is_key, render_invalid, see_other
from core.imports.book import Refusal
from core.imports.findings import SHOWN_PROBLEMS
from core.imports.kinds import ImportKind, kinds_for
from core.imports.store import KEPT_FOR, bring, check_again, confirm
from core.imports.template import template_of
from core.models import ImportRun, Job
from core.sentences import told

PROBLEMS_A_PAGE = 50
LATEST = 8
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WorkbookForm(FieldsetForm):
    """The workbook to be imported."""

    file = forms.FileField(
        label=gettext_lazy("Excel workbook"),
        help_text=gettext_lazy(".xlsx or .xls, at most 20 MB and 100,000 rows"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls"}),
    )
    fieldsets = ((None, ("file",)),)


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
    kinds = kinds_for(request.user)
    if not kinds:
        raise PermissionDenied(_("Your role may not do this."))
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
            form.add_error("file", told(why.sentence))
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
    return HttpResponse(template_of(found), content_type=_XLSX, headers=header)


@require_GET
@never_cache
def import_run(request, kind: str, pk: int):
    """One workbook: being checked (the page renews itself), with its problems, or ready to be imported."""
    found = _kind_for(request, kind)
    context = _run_context(request, found, _run_for(request, found, pk))
    return render(request, "core/_import_run.html" if request.htmx else "core/import_run.html", context)


def _run_context(request, kind: ImportKind, run: ImportRun, mistake: str = "") -> dict:
    findings = run.findings or {}
    problems = Paginator(findings.get("problems", []), PROBLEMS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "kind": kind,
        "run": run,
        "job": run.check_job,
        "findings": findings,
        "problems": problems,
        "described": [{**problem, "sentence": told(problem["sentence"])} for problem in problems],
        "notices": [{**notice, "sentence": told(notice["sentence"])} for notice in findings.get("notices", [])],
        "hidden_problems": max(0, findings.get("problem_count", 0) - SHOWN_PROBLEMS),
        "assignments": _assignments(kind, findings),
        "mistake": mistake,
        "failed_import": _failed_import(run),
    }


def _failed_import(run: ImportRun) -> Job | None:
    """The import that came to nothing, unless the file was checked again since."""
    job = run.import_job
    if job is None or job.state != Job.State.FAILED or job.pk < (run.check_job_id or 0):
        return None
    return job


def _assignments(kind: ImportKind, findings: dict) -> list[dict]:
    """Our columns, each with the file's heading that is proposed for it."""
    proposal, found = findings.get("proposal", {}), findings.get("columns", {})
    return [
        {"column": column, "place": proposal.get(column.name, ""), "found": column.name in found}
        for column in kind.columns
    ]


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
    findings, posted = run.findings or {}, request.POST
    sheet, row = posted.get("sheet", ""), posted.get("header_row", "")
    known = sheet if sheet in findings.get("sheets", ()) else ""
    chosen: dict = {"sheet": known, "header_row": int(row) if is_key(row) else None}
    if (chosen["sheet"], chosen["header_row"]) != (findings.get("sheet"), findings.get("header_row")):
        return chosen, ""
    picked = {c.name: posted.get(f"column-{n}", "") for n, c in enumerate(kind.columns)}
    places = {name: int(place) for name, place in picked.items() if is_key(place)}
    if len(set(places.values())) < len(places):
        return chosen, _("Two columns cannot be the same heading of the file.")
    return {**chosen, "columns": places}, ""


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
