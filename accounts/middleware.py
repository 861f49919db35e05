"""Nobody passes without a login, and nothing typed is lost on the way there; pages in the language the person chose."""

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

from accounts.again import login_page
from core.http import is_by_script
from core.interrupted import interrupted


class LoginFirstMiddleware(LoginRequiredMiddleware):
    """Sends whoever is not logged in to the login; a form that was posted waits there and comes back afterwards.

    A script is told (401) and lets the person log in again over the page.
    """

    def handle_no_permission(self, request, view_func):
        if is_by_script(request):
            return HttpResponse(status=401)
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        sent = interrupted(request)
        if sent.values or sent.files:
            return login_page(request, sent)
        # The path itself may know no GET.
        return redirect_to_login(sent.before or resolve_url(settings.LOGIN_REDIRECT_URL))


class ChosenLanguageMiddleware(MiddlewareMixin):
    """Runs after authentication: the language stored with the person wins over the browser's."""

    def process_request(self, request):
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
