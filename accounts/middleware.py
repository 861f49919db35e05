"""Shows every page in the language the person chose, on whichever machine they log in."""

from django.utils import translation
from django.utils.deprecation import MiddlewareMixin


class ChosenLanguageMiddleware(MiddlewareMixin):
    """Runs after authentication: the language stored with the person wins over the browser's."""

    def process_request(self, request):
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
