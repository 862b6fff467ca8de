"""What of disclosure names files in the store. No removal marks them: the program made them itself, or a buyer's own
people throw them away."""

from django.db.models import Q

from core import holders
from core.holders import Holder
from disclosure.models import DataPart
from disclosure.portfolio.models import PortfolioList

holders.register(Holder(DataPart, kept=Q()))
holders.register(Holder(PortfolioList, kept=~Q(stored="")))
