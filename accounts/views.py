"""Logging in, the language, one's own password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.forms import LoginAgainForm, LoginForm, PasswordForm
from accounts.people import logins_to_show
from accounts.services import choose_language
from core import parameters
from core.http import see_other
from core.interrupted import go_on, unsealed


class Login(LoginView):
    """The login; after too many failures django-axes answers instead, with ``registration/locked.html``."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        sent = self.request.POST if "next" in self.request.POST else self.request.GET
        return parameters.page_of_ours(sent, "next", "")

    def get_context_data(self, **kwargs):
        typed = parameters.text(self.request.POST, "typed")
        return super().get_context_data(**kwargs, demo_logins=logins_to_show(), typed=typed)

    def form_valid(self, form):
        answer = super().form_valid(form)
        sent = unsealed(parameters.text(self.request.POST, "typed"))
        return go_on(self.request, sent) if sent else answer

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


@method_decorator([login_not_required, sensitive_post_parameters("password")], name="dispatch")
class LoginAgain(View):
    """The login over an open page (``static/js/login-again.js``): who is logged in now, and the token for its forms."""

    def get(self, request) -> JsonResponse:
        return self._state()

    def post(self, request) -> JsonResponse:
        form = LoginAgainForm(request, request.POST)
        if not form.is_valid():
            return self._state(
                422, sentence=" ".join(map(str, form.non_field_errors())) or _("User name and password, please.")
            )
        login(request, form.get_user())
        return self._state()

    def _state(self, status: int = 200, **more: str) -> JsonResponse:
        person = str(self.request.user.pk or "")
        return JsonResponse({"person": person, "token": get_token(self.request), **more}, status=status)


class ChangePassword(PasswordChangeView):
    form_class = PasswordForm
    template_name = "accounts/password_page.html"
    success_url = reverse_lazy("worklist")

    def form_valid(self, form):
        super().form_valid(form)
        messages.success(self.request, _("Your password is changed."))
        return see_other(self.get_success_url())

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


@login_not_required
@require_POST
def set_language(request):
    """Shows everything in the chosen language from now on; a person who is logged in keeps it everywhere."""
    answer = see_other(parameters.page_of_ours(request.POST, "next", settings.LOGIN_REDIRECT_URL))
    if language := parameters.choice(request.POST, "language", dict(settings.LANGUAGES)):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")
        if request.user.is_authenticated:
            choose_language(user=request.user, language=language)
    return answer
