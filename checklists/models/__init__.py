"""What is asked. A checklist has versions; a published version is frozen rows: clusters, points, questions, citations.

A draft is one document (the YAML form as JSON); each save is a new revision of it. Publishing turns the newest
revision into rows and a hash. A question's key stands apart from wording, order and version.
"""

from checklists.models.bridges import Bridge, BridgeRow
from checklists.models.files import QuestionMapping, SentFile
from checklists.models.law import LawParameter, LawRecord
from checklists.models.questions import (
    FINDING,
    Check,
    Citation,
    Cluster,
    CompliancePoint,
    Question,
    SamplingPlan,
)
from checklists.models.versions import (
    Checklist,
    ChecklistVersion,
    Draft,
    DraftRevision,
    PublishedText,
    Retirement,
    Translation,
)

__all__ = [
    "FINDING", "Bridge", "BridgeRow", "Check", "Checklist", "ChecklistVersion", "Citation", "Cluster",
    "CompliancePoint", "Draft", "DraftRevision", "LawParameter", "LawRecord", "PublishedText", "Question",
    "QuestionMapping", "Retirement", "SamplingPlan", "SentFile", "Translation",
]  # fmt: skip
