"""What of disclosure names files in the store. The program made them itself: no removal marks them."""

from django.db.models import Q

from core import holders
from core.holders import Holder
from disclosure.models import DataPart

holders.register(Holder(DataPart, kept=Q()))
