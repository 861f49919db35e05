"""Handing out the files that belong to records."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from core.files import location_of
from core.models import Attachment
from core.rights import may_read_file


@require_GET
def file(request, pk: int):
    """One file, to those who may see its record; pictures and PDF open in the browser, all else is saved.

    404 for a foreign file, as for one that does not exist.
    """
    attachment = get_object_or_404(Attachment.objects.select_related("subject_type"), pk=pk)
    if not may_read_file(request.user, attachment):
        raise Http404
    try:
        content = location_of(attachment).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        as_attachment=not attachment.opens_in_browser,
        filename=attachment.name,
        content_type=attachment.content_type,
        headers={"X-Content-Type-Options": "nosniff"},
    )
