"""Rules of a checklist: the language, its engine, and what a set of answers comes to under all rules of a checklist.

The door to everything the floors above may ask. The engine itself is known to `engine.py` alone.
"""

from checklists.expressions.engine import UNKNOWN, check, evaluate, impossible, reads
from checklists.expressions.grammar import Problem
from checklists.expressions.judging import Judgement, Rules
from checklists.expressions.problems import problems

__all__ = ["UNKNOWN", "Judgement", "Problem", "Rules", "check", "evaluate", "impossible", "problems", "reads"]
