"""What of improvement plans can be removed for good: names and typed words. Nothing else is made of them."""

from django.utils.translation import gettext_lazy as _

from core.removals import Kind, register
from improvement_plans.models import AgreementRemark, FactWords, ItemChangeWords, MemberName

register(Kind(MemberName, _("The name of a committee member"), lambda row: row.member.committee.site.programme))
register(Kind(ItemChangeWords, _("Why a plan item was changed"), lambda row: row.change.item.plan.site.programme))
register(Kind(AgreementRemark, _("The words of a signature"), lambda row: row.agreement.item.plan.site.programme))
register(Kind(FactWords, _("What was said with a fact"), lambda row: row.fact.item.plan.site.programme))
