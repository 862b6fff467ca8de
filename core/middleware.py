"""Doors: the reader's language, default-deny by the access table, and refusals turned into pages."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.utils import translation

from core import access
from core.errors import NOTHING_HERE, Denied, NotNow, Refusal, WrongState


def is_foreign(match):
    """Is this address Wagtail's, guarded by Wagtail? All of it lies under /cms/."""
    return match.route.startswith("cms/")


class ReaderLanguage:
    """A signed-in person reads in her own language, whatever the browser of a shared machine says."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Without a cookie nobody is signed in, and asking would make every public answer vary by cookie.
        known = settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path.startswith("/api/")
        if known and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class Door:
    """Refuses every address that names no door, and asks people to sign in where the door says so."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith("/app/"):
            # Who presses Back on a shared phone sees nothing of the person who left.
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(self, request, view, args, kwargs):
        match = request.resolver_match
        if is_foreign(match):
            return None
        door = access.TABLE.get(match.view_name)
        if door is None:
            raise Http404(NOTHING_HERE)
        if door.kind in ("signed_in", "object") and not request.user.is_authenticated:
            if request.path.startswith("/api/"):
                return JsonResponse({"error": {"code": "sign-in", "sentence": "Sign in first."}}, status=401)
            return redirect_to_login(request.get_full_path())
        return None


STATUS = {Denied: 403, WrongState: 409, NotNow: 503}


def status_of(error):
    return STATUS.get(type(error), 400)


class Refusals:
    """A refusal raised in a view becomes a page with its sentence, and nothing was written."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        if not isinstance(error, Refusal):
            return None
        back = request.headers.get("Referer", "")
        same = back.startswith(f"{request.scheme}://{request.get_host()}/")
        context = {"sentence": error.sentence, "back": back if same else "/app/"}
        return render(request, "core/refused.html", context, status=status_of(error))
