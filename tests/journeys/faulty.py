"""The instance the journeys through faults start from: a visit for each test, so that none stands in another's way."""

from core.days import today
from tests.world import World

VISITS = ["Paper Heron", "Blue Kettle", "Green Ladder", "Stone Plum", "Tin Drum", "Wool Harbour", "Salt Mill",
          "Grey Comb", "Amber Loom", "Quiet River", "High Orchard", "Red Anchor",
          "Open Field", "Glass Kite"]  # fmt: skip


def prepare():
    """Everything through actions, as in the other tests."""
    world = World()
    world.person("Sophy", language="km")
    for name in VISITS:
        world.planned(world.new_site(name), on=today(world.programme))
