"""What things cost, as ratios against a yardstick measured in the same run: `python -m tests.bench [KEYS]`.

Only query counts can fail a run: wall times differ from machine to machine and are reported. What each key measures
stands in docs/reference/performance.md.
"""
