"""The address where the asker of a question, and nobody else, finds the answer. Made from its key; none is kept."""

from django.core.signing import BadSignature, Signer


def _signer():
    return Signer(salt="cms.enquiry", sep=".")


def place_of(enquiry) -> str:
    """The last part of that address."""
    return _signer().sign(enquiry.pk.hex)


def key_at(place: str) -> str | None:
    """The key of the enquiry at such an address; None for any other."""
    try:
        return _signer().unsign(place)
    except BadSignature:
        return None
