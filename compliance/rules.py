"""Pure decisions: merging operations, the age of a non-compliance, what a compliance point comes to."""

STATES = ["compliant", "non_compliant", "not_applicable", "not_asked", "undetermined"]
WORKER_BANDS = ["1-9", "10-49", "50-249", "250+"]
