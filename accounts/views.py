"""Logging in, the language, one's own password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms import LoginForm, PasswordForm
from accounts.people import logins_to_show
from accounts.services import choose_language
from core.http import see_other


class Login(LoginView):
    """The login; after too many failures django-axes answers instead, with ``registration/locked.html``."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, demo_logins=logins_to_show())

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


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
    next_url = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        next_url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    answer = see_other(next_url if safe else settings.LOGIN_REDIRECT_URL)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")
        if request.user.is_authenticated:
            choose_language(user=request.user, language=language)
    return answer
