"""The JSON door for signed-in and tablet use. Only mounts."""

from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError

from compliance.api import router as tablet
from core.access import public, register_doors
from core.errors import Refusal
from core.middleware import status_of

# No docs page: it would load scripts from elsewhere. The description itself is served.
api = NinjaAPI(title="Openfloor", version="1", urls_namespace="api", docs_url=None, openapi_url="/openapi.json")
api.add_router("/tablet", tablet)


@api.exception_handler(Refusal)
def refused(request, error):
    """A refusal as JSON: a code for programs, a sentence for people."""
    body = {"error": {"code": error.code, "sentence": str(error.sentence)}}
    return api.create_response(request, body, status=getattr(error, "http_status", None) or status_of(error))


@api.exception_handler(AuthenticationError)
def stranger(request, error):
    """No token, or one that is no longer good: the work stays where it is."""
    body = {"error": {"code": "sign-in", "sentence": "Sign in again on this tablet."}}
    return api.create_response(request, body, status=401)


@api.exception_handler(ValidationError)
def unreadable(request, error):
    """What was sent has not the form the description gives."""
    places = [{"place": ".".join(map(str, item["loc"])), "reason": item["msg"]} for item in error.errors]
    body = {"error": {"code": "form", "sentence": "What was sent has not the expected form.", "problems": places}}
    return api.create_response(request, body, status=422)


register_doors({"api:openapi-json": public("the description of the API"), "api:api-root": public("names the API")})
