"""Who reads and keeps a portfolio: the buyer's own people now, and nobody else."""

from django.utils.translation import gettext as _

from core.audit import System
from core.errors import Denied
from disclosure.portfolio.models import Followed, PortfolioList
from factories.issued import buyers_of


def check_can_follow(user, buyer):
    """Read and change the portfolio of a buyer. Not even setup: what a buyer calls its factories is its secret."""
    if isinstance(user, System) or not buyers_of(user).filter(pk=buyer.pk).exists():
        raise Denied(_("Only the buyer’s own people keep its portfolio."))


def visible_to(user):
    """Rows of the portfolios this person keeps."""
    return Followed.objects.filter(buyer__in=buyers_of(user).order_by().values("pk"))


def lists_visible_to(user):
    """Lists sent in for the portfolios this person keeps, the newest first."""
    found = PortfolioList.objects.filter(buyer__in=buyers_of(user).order_by().values("pk"))
    return found.select_related("buyer", "uploaded_by").order_by("-uploaded_at")
