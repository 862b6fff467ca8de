"""The refusals of the house. Each carries a sentence for the person, and knows nothing of HTTP."""


class Refusal(Exception):
    """Base. `sentence` is shown to people as it is; `code` is for programs."""

    code = "refused"

    def __init__(self, sentence, code=None):
        super().__init__(str(sentence))
        self.sentence = sentence
        if code:
            self.code = code


class Denied(Refusal):
    """This person may not do this. Where reading is refused, say the same as for a thing that does not exist."""

    code = "denied"


class WrongState(Refusal):
    """The thing is not in a state in which this can be done."""

    code = "wrong-state"


class Invalid(Refusal):
    """What was given cannot be taken. `problems` names each place: [{"place": ..., "reason": ...}]."""

    code = "invalid"

    def __init__(self, sentence, problems=(), code=None):
        super().__init__(sentence, code)
        self.problems = list(problems)


def at(field) -> list:
    """The problems of an Invalid that one field caused: a screen shows it there, a list names its column."""
    return [{"field": field}]


class NotNow(Refusal):
    """Something this needs is away. Nothing was written; the same again later may be taken."""

    code = "not-now"


NOTHING_HERE = "There is nothing here that you may read."
