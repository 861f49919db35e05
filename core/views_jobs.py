"""Background jobs as pages: what one has asked for, how far it is, and what came of it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import parameters
from core.exports import request_export
from core.http import see_other
from core.jobs import files, table
from core.keyset import PAGE_SIZE, page_of
from core.messages import seen_by_itself
from core.models import Job


@require_GET
def job_list(request):
    """The person's own jobs, newest first; while one of them is live, the table renews itself."""
    page = page_of(
        Job.objects.visible_to(request.user).select_related("owner"), "-id", parameters.text(request.GET, "at")
    )
    context = {"page": page, "page_size": PAGE_SIZE, "any_live": any(job.is_live for job in page.rows)}
    return render(request, "core/_jobs.html" if request.htmx else "core/job_list.html", context)


@require_GET
def job_detail(request, pk: int):
    """One job; while it is live, the page renews itself."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if not job.is_live:
        seen_by_itself(request.user, job.get_absolute_url())
    return render(request, "core/_job.html" if request.htmx else "core/job_detail.html", {"job": job})


@require_POST
def cancel_job(request, pk: int):
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if table.cancel(job):
        messages.success(request, _("The job is being cancelled."))
    else:
        messages.warning(request, _("The job was over already."))
    return see_other(job)


@require_POST
def repeat_job(request, pk: int):
    """The same again, for a job that failed, was cancelled, or whose file has expired or is withheld."""
    job = get_object_or_404(Job.objects.filter(owner=request.user), pk=pk)
    if job.is_live:
        messages.warning(request, _("The job is not over yet."))
        return see_other(job)
    return see_other(table.enqueue(job.kind, owner=job.owner, arguments=job.arguments, unique_key=job.unique_key))


@require_GET
def download_result(request, pk: int):
    """The job's file, for its owner only, and only while nothing of what it shows is closed to them."""
    job = get_object_or_404(Job.objects.filter(owner=request.user), pk=pk)
    if job.is_withheld:
        raise PermissionDenied(_("Your rights have changed since this file was written. Ask for it once more."))
    path = files.path_of(job)
    if path is None:
        raise Http404(_("The file is no longer kept."))
    return FileResponse(path.open("rb"), as_attachment=True, filename=job.result_name)


@require_POST
def export_list(request, key: str):
    """Exports a list as its page shows it with the same query string; leads to the job."""
    try:
        job = request_export(key, query=request.GET.urlencode(), by=request.user)
    except KeyError:
        raise Http404 from None
    return see_other(job)
