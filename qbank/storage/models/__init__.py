"""Every model. Importing this package fills `Base.metadata`."""

from __future__ import annotations

from qbank.storage.models.audit import AuditEntry
from qbank.storage.models.draws import Adoption, DrawPlanQuestion, DrawPlanRow, EligibilitySnapshot, SpecificationRow
from qbank.storage.models.people import Apprentice, ApprenticeDetails, Employer, Person, PersonRole, Provider
from qbank.storage.models.questions import (
    Approval,
    InService,
    Load,
    Move,
    Question,
    QuestionPair,
    QuestionPairRevocation,
    QuestionVersion,
    VersionAuthor,
    VersionCriterion,
    VersionKsb,
    VersionKsbConfirmation,
)
from qbank.storage.models.records import RecordEntry
from qbank.storage.models.sessions import AssessmentSession, Attempt, Commitment, Seed, SessionNote
from qbank.storage.models.sets import (
    OfflineCopy,
    QuestionSet,
    RepeatException,
    SetExtension,
    SetQuestion,
    SetView,
    SetVoid,
)
from qbank.storage.models.sign_ins import SignIn, SignInTry
from qbank.storage.models.standards import (
    Anomaly,
    AnomalyConfirmation,
    Criterion,
    CriterionWording,
    Ksb,
    KsbCriterion,
    KsbCriterionConfirmation,
    KsbWording,
    PlanMethod,
    PlanVersion,
    Standard,
)

__all__ = [
    "Adoption",
    "Anomaly",
    "AnomalyConfirmation",
    "Apprentice",
    "ApprenticeDetails",
    "Approval",
    "AssessmentSession",
    "Attempt",
    "AuditEntry",
    "Commitment",
    "Criterion",
    "CriterionWording",
    "DrawPlanQuestion",
    "DrawPlanRow",
    "EligibilitySnapshot",
    "Employer",
    "InService",
    "Ksb",
    "KsbCriterion",
    "KsbCriterionConfirmation",
    "KsbWording",
    "Load",
    "Move",
    "OfflineCopy",
    "Person",
    "PersonRole",
    "PlanMethod",
    "PlanVersion",
    "Provider",
    "Question",
    "QuestionPair",
    "QuestionPairRevocation",
    "QuestionSet",
    "QuestionVersion",
    "RecordEntry",
    "RepeatException",
    "Seed",
    "SessionNote",
    "SetExtension",
    "SetQuestion",
    "SetView",
    "SetVoid",
    "SignIn",
    "SignInTry",
    "SpecificationRow",
    "Standard",
    "VersionAuthor",
    "VersionCriterion",
    "VersionKsb",
    "VersionKsbConfirmation",
]
