"""Many more rules than the daily test makes: server and tablet come to the same."""

from tests.tablet.test_engines_agree import differences, made


def test_thousands_of_rules_come_to_the_same():
    assert differences(made(6_000))[:3] == []
