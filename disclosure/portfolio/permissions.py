"""Who reads and keeps a portfolio: the buyer's own people now, and nobody else."""

from django.utils.translation import gettext as _

from core.audit import System
from core.errors import Denied
from disclosure.portfolio.models import Followed
from factories.issued import buyers_of


def check_can_follow(user, buyer):
    """Read and change the portfolio of a buyer. Not even setup: what a buyer calls its factories is its secret."""
    if isinstance(user, System) or not buyers_of(user).filter(pk=buyer.pk).exists():
        raise Denied(_("Only the buyer’s own people keep its portfolio."))


def visible_to(user):
    """Rows of the portfolios this person keeps."""
    return Followed.objects.filter(buyer__in=buyers_of(user).order_by().values("pk"))
