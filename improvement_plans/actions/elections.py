"""Writers of elections: what was counted, who contested it, how that was settled."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, languages
from core.errors import Invalid, WrongState
from improvement_plans.actions.items import check_length, day_of
from improvement_plans.models import (
    Candidate,
    CandidateName,
    Committee,
    Election,
    ElectionWord,
    ElectionWordText,
    Member,
)
from improvement_plans.permissions import check_can_contest, check_can_keep_committee
from improvement_plans.rules import ANNULLED, CONTESTED, UPHELD, election_state


@transaction.atomic
def record_election(*, committee, held_on, seats, eligible, voted, invalid=0, candidates, by) -> Election:
    """Write down a vote of workers as it was counted. The programme's advisers and keepers. Records election.recorded.

    `candidates`: mappings of name, sex and votes. The employer writes down no election of workers. Refuses counts that
    cannot be: more papers than voters, more votes than papers allow.
    """
    committee = Committee.objects.select_for_update(of=("self",)).select_related("site__programme").get(pk=committee.pk)
    check_can_keep_committee(by, committee.site)
    day_of(committee.site, held_on)
    if Election.objects.filter(committee=committee, held_on=held_on).exists():
        raise WrongState(_("The election of this day is written down already."))
    if seats < 1 or not candidates:
        raise Invalid(_("Write how many seats there were, and at least one candidate."))
    if voted > eligible or invalid > voted:
        raise Invalid(_("There are more papers than voters. Count again."))
    counted = voted - invalid
    if any(one["votes"] > counted for one in candidates) or sum(one["votes"] for one in candidates) > counted * seats:
        raise Invalid(_("There are more votes than papers. Count again."))
    if any(not one["name"].strip() or one["sex"] not in Member.Sex.values for one in candidates):
        raise Invalid(_("Name each candidate, and say woman, man or not said."))
    election = Election.objects.create(
        committee=committee, held_on=held_on, seats=seats, eligible=eligible, voted=voted, invalid=invalid
    )
    for one in candidates:
        name = CandidateName(body={"name": one["name"].strip()}, salt=CandidateName.new_salt())
        name.candidate = Candidate.objects.create(
            election=election, votes=one["votes"], sex=one["sex"], digest=name.digest
        )
        name.save()
    audit.record(
        "election.recorded", election, by=by, programme=committee.site.programme, committee=committee.pk, on=held_on,
        eligible=eligible, voted=voted, candidates=len(candidates),
    )  # fmt: skip
    return election


@transaction.atomic
def contest_election(*, election, reason, language="", by) -> ElectionWord:
    """Say that it was no fair election, and why. Who sits for the workers, their union, advisers and keepers.

    From now it is contested, and no valid election, until the programme looked into it. Records election.contested.
    """
    election = Election.objects.select_for_update(of=("self",)).get(pk=election.pk)
    check_can_contest(by, election.committee)
    if _state(election) == CONTESTED:
        raise WrongState(_("This election is contested already."))
    if _state(election) == ANNULLED:
        raise WrongState(_("This election does not stand any more."))
    return _say(election, CONTESTED, reason, language, by)


@transaction.atomic
def settle_election(*, election, stands, reason, language="", by) -> ElectionWord:
    """The programme looked into it: it stands, or not. Advisers and keepers. Records election.upheld or .annulled."""
    election = Election.objects.select_for_update(of=("self",)).get(pk=election.pk)
    check_can_keep_committee(by, election.committee.site)
    if _state(election) != CONTESTED:
        raise WrongState(_("Nobody contests this election."))
    return _say(election, UPHELD if stands else ANNULLED, reason, language, by)


def _state(election):
    return election_state(election.words.values_list("kind", flat=True))


def _say(election, kind, reason, language, by):
    reason = check_length(reason)
    if not reason:
        raise Invalid(_("Say why."))
    site = election.committee.site
    body = languages.written(reason, language, site.programme)
    text = ElectionWordText(body=body, salt=ElectionWordText.new_salt())
    text.word = ElectionWord.objects.create(election=election, kind=kind, on=day_of(site), by=by, digest=text.digest)
    text.save()
    verbs = {CONTESTED: "election.contested", UPHELD: "election.upheld", ANNULLED: "election.annulled"}
    audit.record(verbs[kind], election, by=by, programme=site.programme)
    return text.word
