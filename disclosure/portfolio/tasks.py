"""Background work of portfolios: once a day each is looked through, and then who wants a letter gets one."""

from datetime import timedelta

from core.audit import System
from core.queue import enqueue_all, job, periodic
from disclosure.portfolio import actions
from disclosure.portfolio.models import Followed, PortfolioList

BY = System("portfolio")


@job("disclosure.look_through_portfolios")
def look_through_portfolios():
    """Ask for each portfolio to be looked through; a portfolio is a job of its own."""
    buyers = Followed.objects.order_by("buyer").values_list("buyer", flat=True).distinct()
    enqueue_all("disclosure.look_through_portfolio", [{"buyer_id": buyer_id} for buyer_id in buyers])


periodic("disclosure.look_through_portfolios", every=timedelta(days=1))


@job("disclosure.look_through_portfolio")
def look_through_portfolio(buyer_id):
    """Note what changed in one portfolio. Again at once finds nothing."""
    actions.look_through(buyer_id=buyer_id, by=BY)


@job("disclosure.write_portfolio_letters")
def write_portfolio_letters():
    """A letter to whose portfolio changed, one in a period."""
    actions.write_letters(by=BY)


periodic("disclosure.write_portfolio_letters", every=timedelta(hours=6))


@job("disclosure.check_list")
def check_list(list_id):
    """Look through a buyer's list. Again says the same."""
    actions.check_list(uploaded=PortfolioList.objects.get(pk=list_id), by=System("import"))


@job("disclosure.take_list")
def take_list(list_id):
    """Follow the factories of a buyer's list. One that is taken is not taken again."""
    actions.take_list(uploaded=PortfolioList.objects.get(pk=list_id), by=System("import"))


@job("disclosure.drop_old_lists")
def drop_old_lists():
    """Destroy the files of lists nobody came back to."""
    actions.drop_old_lists(by=System("retention"))


periodic("disclosure.drop_old_lists", every=timedelta(days=1))
