"""Where it is asked: facts and promises only.

Nothing is deleted: a factory closes, a manager leaves, a name or a consent ends, each on a day.
"""

from factories.models.buyers import (
    Buyer,
    BuyerGrant,
    BuyerMember,
    BuyerRelation,
    Consent,
    ConsentRequest,
    Invited,
    NamingConsent,
    Scope,
)
from factories.models.dated import (
    Building,
    Dated,
    ForeignId,
    Season,
    SiteAddress,
    SiteLicence,
    SiteName,
    SiteOwner,
    Workforce,
    WorkforcePart,
)
from factories.models.lists import ColumnMapping, ImportDoubt, ImportMatch, SiteBlock, SiteImport, SiteKey, UploadedList
from factories.models.permits import Permit, PermitReminder
from factories.models.places import Cycle, Enterprise, Site, SiteGrant, SiteManager
from factories.models.succession import SiteSuccession, Suspicion, cycles_before, histories_before, places_before

__all__ = [
    "Building",
    "Buyer",
    "BuyerGrant",
    "BuyerMember",
    "BuyerRelation",
    "ColumnMapping",
    "Consent",
    "ConsentRequest",
    "Cycle",
    "Dated",
    "Enterprise",
    "ForeignId",
    "ImportDoubt",
    "ImportMatch",
    "Invited",
    "NamingConsent",
    "Permit",
    "PermitReminder",
    "Scope",
    "Season",
    "Site",
    "SiteAddress",
    "SiteBlock",
    "SiteGrant",
    "SiteImport",
    "SiteKey",
    "SiteLicence",
    "SiteManager",
    "SiteName",
    "SiteOwner",
    "SiteSuccession",
    "Suspicion",
    "UploadedList",
    "Workforce",
    "WorkforcePart",
    "cycles_before",
    "histories_before",
    "places_before",
]
