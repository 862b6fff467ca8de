"""What of a followed factory changed between two looks, as far as the buyer may know of it. Pure."""

GIVEN, OVER = ("given", "later"), ("ended", "refused")


def changes(before: dict, after: dict) -> list[str]:
    """Kinds of change from one look to the next. Each look: {"site", "public", "consent", "last_day", "behind"}.

    A first look, and a look at another factory than before, changes nothing: there is nothing to compare with. Where
    there was none, one was found. What the buyer did itself (it asked) is no news.
    """
    if not before or before["site"] != after["site"]:
        return ["found"] if before and not before["site"] else []
    found = []
    if before["public"] != after["public"]:
        found.append("public")
    if after["consent"] in GIVEN and (before["consent"], before["last_day"]) != (after["consent"], after["last_day"]):
        found.append("given")
    if after["consent"] in OVER and before["consent"] != after["consent"]:
        found.append(after["consent"])
    if after["behind"] and not before["behind"]:
        found.append("behind")
    return found
