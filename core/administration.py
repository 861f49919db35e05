"""Django's administration, which takes nonsense in an address for no parameter instead of stumbling over it."""

import logging
from functools import wraps

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import FieldDoesNotExist
from django.db import DataError, transaction
from django.http import HttpResponseRedirect

from core.text_key import words_of

#: What Django raises for a parameter that cannot be a value of its field, or names no field.
NO_PARAMETER = (ValueError, OverflowError, FieldDoesNotExist, DataError)

logger = logging.getLogger(__name__)


class KeySearch:
    """A page of the administration whose ``search_fields`` are search keys: they are asked in the form of keys."""

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, " ".join(words_of(search_term)))  # type: ignore[misc]


class Administration(AdminSite):
    """The site behind ``admin.site``."""

    def get_app_list(self, request, app_label=None):
        """What we keep first; the records of the guard against guessed passwords, which one seldom needs, last."""
        return sorted(super().get_app_list(request, app_label), key=lambda app: app["app_label"] == "axes")

    def admin_view(self, view, cacheable=False):
        return super().admin_view(_without_nonsense(view), cacheable)


class AdministrationConfig(AdminConfig):
    default_site = "core.administration.Administration"


def _without_nonsense(view):
    """The view; a page whose parameters make no sense is asked for once more without any.

    A fault of ours may end in the same way, so each is logged with where it came from.
    """

    @wraps(view)
    def ask(request, *args, **kwargs):
        if request.method != "GET" or not request.GET:
            return view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                response = view(request, *args, **kwargs)
                return response.render() if hasattr(response, "render") else response
        except NO_PARAMETER:
            logger.warning("Parameters of %s make no sense.", request.path, exc_info=True)
            return HttpResponseRedirect(request.path)

    return ask
