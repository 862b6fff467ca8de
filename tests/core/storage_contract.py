"""What every store promises. The folder, a bucket in memory and (in `make soak`) a real bucket run the same tests.

A `place` brings `store`, `send(part, data)` -> ETag as a tablet sends a part, and `break_kept(key, data)`, which
changes a kept file behind the store's back.
"""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import Invalid, WrongState
from core.ids import new_id
from core.storage import PART, sha256_of

WHOLE = bytes(range(256)) * (PART // 256) + b"and a short last part"


def path(number):
    return f"/our/own/{number}"


def begin(place, data=WHOLE, sha256=None):
    return place.store.create_upload(new_id(), len(data), sha256 or sha256_of(data))


def cut(data, number):
    return data[(number - 1) * PART : number * PART]


def send_all(place, upload, data=WHOLE):
    return {part.number: place.send(part, cut(data, part.number)) for part in place.store.parts(upload, path)}


def gone(place, upload):
    try:
        place.store.parts(upload, path)
    except WrongState as refusal:
        return refusal.code == "upload-gone"
    return False


class StoreContract:
    # --- kept files ---

    def test_what_is_put_comes_back_under_its_own_hash(self, place):
        key = place.store.put(b"a photo")
        assert key == sha256_of(b"a photo")
        assert place.store.put(b"a photo") == key
        assert place.store.get(key) == b"a photo"
        assert place.store.has(key)

    def test_what_was_never_put_is_absent(self, place):
        absent = sha256_of(b"never")
        assert not place.store.has(absent)
        with pytest.raises(FileNotFoundError):
            place.store.get(absent)

    def test_an_empty_file_is_a_file(self, place):
        assert place.store.get(place.store.put(b"")) == b""

    def test_a_removed_file_is_gone_and_removing_again_is_harmless(self, place):
        key = place.store.put(b"to be destroyed")
        place.store.remove(key)
        place.store.remove(key)
        assert not place.store.has(key)

    def test_all_that_is_kept_is_listed_and_nothing_that_still_arrives(self, place):
        before = set(place.store.keys())
        kept = {place.store.put(data) for data in (b"one", b"another", b"")}
        upload = begin(place)
        place.send(place.store.parts(upload, path)[0], cut(WHOLE, 1))
        listed = list(place.store.keys())
        assert set(listed) == before | kept and len(listed) == len(set(listed))
        place.store.remove(sha256_of(b"one"))
        assert sha256_of(b"one") not in set(place.store.keys())

    @pytest.mark.parametrize("spoilt", [b"", b"what was kep", b"what was kept ", b"what wbs kept"])
    def test_a_file_changed_behind_our_back_is_never_served(self, place, spoilt):
        key = place.store.put(b"what was kept")
        place.break_kept(key, spoilt)
        with pytest.raises(Invalid) as refusal:
            place.store.get(key)
        assert refusal.value.code == "file-changed"
        place.store.remove(key)

    @pytest.mark.parametrize(
        "name", ["", "../../etc/passwd", "/etc/passwd", "A" * 64, "g" * 64, "staging/x", "0" * 63, "0" * 64 + "\n"]
    )
    def test_no_name_from_outside_reaches_the_store(self, place, name):
        for call in (place.store.get, place.store.has, place.store.remove):
            with pytest.raises(Invalid):
                call(name)

    # --- uploads in parts ---

    def test_a_file_arrives_in_parts_and_is_what_was_announced(self, place):
        upload = begin(place)
        parts = place.store.parts(upload, path)
        assert [(part.number, part.size, part.etag) for part in parts] == [(1, PART, ""), (2, 21, "")]
        assert place.store.complete(upload, send_all(place, upload)) == WHOLE

    def test_nothing_of_an_upload_is_kept_before_somebody_keeps_it(self, place):
        upload = begin(place)
        place.store.complete(upload, send_all(place, upload))
        assert not place.store.has(sha256_of(WHOLE))

    def test_an_upload_goes_on_where_it_stopped(self, place):
        """All that is left is our id and the announcement: a restarted tablet asks and sends what is missing."""
        upload = begin(place)
        first = place.store.parts(upload, path)[0]
        tag = place.send(first, cut(WHOLE, 1))
        again = place.store.parts(upload, path)
        assert [bool(part.etag) for part in again] == [True, False]
        assert again[0].etag == tag.strip('"')
        etags = {1: again[0].etag, 2: place.send(again[1], cut(WHOLE, 2))}
        assert place.store.complete(upload, etags) == WHOLE

    def test_a_part_sent_twice_is_one_part_and_the_last_counts(self, place):
        upload = begin(place)
        place.send(place.store.parts(upload, path)[1], b"x" * 21)
        assert place.store.complete(upload, send_all(place, upload)) == WHOLE

    def test_it_is_not_complete_while_a_part_is_missing_and_nothing_is_lost(self, place):
        upload = begin(place)
        parts = place.store.parts(upload, path)
        etags = {1: place.send(parts[0], cut(WHOLE, 1))}
        for claimed in (etags, etags | {2: "made-up"}):
            with pytest.raises(WrongState) as refusal:
                place.store.complete(upload, claimed)
            assert refusal.value.code == "part-missing"
        etags[2] = place.send(parts[1], cut(WHOLE, 2))
        assert place.store.complete(upload, etags) == WHOLE

    def test_a_part_that_is_not_the_one_the_sender_means_is_told(self, place):
        upload = begin(place)
        with pytest.raises(WrongState):
            place.store.complete(upload, send_all(place, upload) | {1: "another"})

    def test_a_file_other_than_announced_is_destroyed(self, place):
        upload = begin(place, sha256=sha256_of(b"another file"))
        etags = send_all(place, upload)
        with pytest.raises(Invalid) as refusal:
            place.store.complete(upload, etags)
        assert refusal.value.code == "checksum"
        assert gone(place, upload)

    def test_complete_can_be_asked_again_until_it_is_discarded(self, place):
        """The reply is lost, or the scanner was away: the same question has the same answer."""
        upload = begin(place)
        etags = send_all(place, upload)
        assert place.store.complete(upload, etags) == WHOLE
        assert all(part.etag for part in place.store.parts(upload, path))
        assert place.store.complete(upload, etags) == WHOLE
        place.store.discard(upload)
        with pytest.raises(WrongState):
            place.store.complete(upload, etags)

    def test_giving_up_destroys_the_parts_and_can_be_repeated(self, place):
        upload = begin(place)
        send_all(place, upload)
        place.store.discard(upload)
        place.store.discard(upload)
        assert gone(place, upload)

    def test_a_file_of_one_part_and_one_of_exactly_two(self, place):
        for data in (b"small", (WHOLE[:PART]) * 2):
            upload = begin(place, data)
            assert place.store.complete(upload, send_all(place, upload, data)) == data

    def test_two_uploads_do_not_meet(self, place):
        one, other = begin(place, b"one"), begin(place, b"two")
        tags = send_all(place, one, b"one")
        assert not place.store.parts(other, path)[0].etag
        place.store.discard(other)
        assert place.store.complete(one, tags) == b"one"

    def test_an_upload_that_was_never_begun_is_told(self, place):
        upload = begin(place)
        place.store.discard(upload)
        assert gone(place, upload)

    def test_the_sweep_takes_what_was_abandoned_and_nothing_younger(self, place):
        kept = place.store.put(b"a kept file stays")
        parts_only, assembled = begin(place), begin(place, b"assembled, never kept")
        place.send(place.store.parts(parts_only, path)[0], cut(WHOLE, 1))
        place.store.complete(assembled, send_all(place, assembled, b"assembled, never kept"))
        now = datetime.now(UTC)
        place.store.sweep(now - timedelta(days=45))
        assert not gone(place, parts_only)
        assert place.store.sweep(now + timedelta(minutes=5)) >= 2
        assert gone(place, parts_only)
        assert gone(place, assembled)
        assert place.store.has(kept)
