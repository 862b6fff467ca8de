"""The optional door to Sentry: told where an error was raised, never what a person typed."""

import logging

log = logging.getLogger("openfloor.sentry")


def without_words(event, hint=None):
    """Kind and place of each error; no words, no request but its method and path, no person, no crumbs."""
    for error in event.get("exception", {}).get("values", []):
        error.pop("value", None)
    request = event.pop("request", None)
    if request:
        event["request"] = {"method": request.get("method"), "url": request.get("url", "").split("?")[0]}
    for name in ("user", "breadcrumbs", "extra", "logentry", "message"):
        event.pop(name, None)
    return event


def start(dsn):
    """Begin to tell errors to the address given. Unset: nothing; without the package: a sentence in the log."""
    if not dsn:
        return
    try:
        import sentry_sdk
    except ImportError:
        log.warning("SENTRY_DSN is named, but the package is missing. Run: pip install sentry-sdk")
        return
    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=without_words,
    )
