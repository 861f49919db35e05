"""The bell: what the person was told."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from core import parameters
from core.http import see_other
from core.keyset import PAGE_SIZE, page_of
from core.messages import mark_read, unread_count
from core.models import Message


@require_GET
def message_list(request):
    """The person's own messages, newest first."""
    page = page_of(Message.objects.filter(user=request.user), "-id", parameters.text(request.GET, "at"))
    context = {"page": page, "page_size": PAGE_SIZE, "unread": unread_count(request.user)}
    return render(request, "core/message_list.html", context)


@require_POST
def open_message(request, pk: int):
    """Marks a message as read and goes where it leads."""
    message = get_object_or_404(Message.objects.filter(user=request.user), pk=pk)
    mark_read(request.user, message.pk)
    return see_other(message.url or "messages")


@require_POST
def read_all(request):
    mark_read(request.user)
    return see_other("messages")
