"""The numbers of an assessment plan: each a figure with its unit and its source, and the names the program reads.

Nothing here has a value: another standard has other numbers. A field without a default must be in every plan's data.
"""

from __future__ import annotations

from dataclasses import dataclass

Value = bool | int | float | str | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number (or choice) of a plan, with where it comes from.

    Args:
        name: as the data names it; durations end in their unit, shares in `_rate`.
        value: the number or choice itself.
        unit: for screens: "minutes", "share", "questions".
        says: what it is, in a clause.
        rule: the plan's rule ("W6"); None when the figure is ours.
        decision: the code of our decision; None when the plan says it. Exactly one of the two is given.
    """

    name: str
    value: Value
    unit: str
    says: str
    rule: str | None = None
    decision: str | None = None

    @property
    def source(self) -> str:
        """Where it comes from, in a word or two: "W6", "decision interview-balance"."""
        return self.rule if self.rule is not None else f"decision {self.decision}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanNumbers:
    """What holds for a whole plan. Shares lie in [0, 1]; everything else counts its unit, from 0."""

    assessment_months: int
    resit_months: int
    resit_highest_grade: str
    retake_highest_grade: str
    moderation_rate: float
    moderation_least: int
    moderation_window_months: int
    new_assessor_moderation_rate: float
    review_months: int
    review_opens_month: int
    continuation_signatures: int
    exception_signatures: int
    release_hours: int
    close_days: int
    similarity_most_rate: float
    estimable_from: int
    standardisation_events_yearly: int
    english_and_maths_level: int | None = None
    english_and_maths_entry_level: int | None = None
    sign_language_for_english: bool = False
    competence_years: int | None = None
    offline_days: int | None = None
    starts_aged_16_to_18: int | None = None
    starts_aged_19_and_over: int | None = None
    peak_months: tuple[int, ...] = ()
    peak_month_weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodNumbers:
    """What holds for one assessment method. Minutes may be quarters; None means that the plan sets no such number.

    `length` is how many questions a set has, exactly; None where minutes decide. `set_demand_…` bounds the demand of a
    set, `planned_…` its minutes, `question_…` and `demand_…` those of one question.
    """

    minutes: int
    tolerance_rate: float
    planned_least_minutes: float
    planned_most_minutes: float
    question_least_minutes: float
    question_most_minutes: float
    question_step_minutes: float
    ksbs_most: int
    demand_least: int
    demand_most: int
    stem_most_words: int
    probes_least: int
    probes_most: int
    supplementary_allowed: bool
    supplementary_counts_in_length: bool = False
    supplementary_counts_as_questioning: bool = True
    length: int | None = None
    set_demand_least: int | None = None
    set_demand_most: int | None = None
    most_per_ksb: int | None = None
    replacements_most: int | None = None
    questioning_rate: float | None = None
    questioning_amber_rate: float | None = None
    notice_days: int | None = None
    submission_days: int | None = None
    recommended_before: str | None = None
    project_months: int | None = None
    report_words: int | None = None
    report_words_tolerance_rate: float | None = None
    rework_months: int | None = None
    evidence_least: int | None = None
    evidence_most: int | None = None
    customer_types_least: int | None = None
    remote_allowed: bool = False
    employer_may_watch: bool = False
    cohort_factor: float | None = None
    cohort_months: int | None = None
    exposure_most_rate: float | None = None

    @property
    def observes(self) -> bool:
        """Whether the assessor watches, asks within a share of the time, and ticks KSBs as they are seen."""
        return self.questioning_rate is not None

    @property
    def shortest_seconds(self) -> int:
        """The shortest lawful sitting, in seconds."""
        return round(self.minutes * 60 * (1 - self.tolerance_rate))

    @property
    def longest_seconds(self) -> int:
        """The longest lawful sitting, in seconds."""
        return round(self.minutes * 60 * (1 + self.tolerance_rate))

    @property
    def questioning_seconds(self) -> int | None:
        """All the questioning that the method allows, in seconds; None where it sets no share.

        Source: assessment plan, rule O5: the share is of the time allowed.
        """
        return None if self.questioning_rate is None else round(self.minutes * 60 * self.questioning_rate)

    @property
    def planned_seconds(self) -> tuple[int, int]:
        """The least and the most that a question set is planned to take, in seconds, both included."""
        return round(self.planned_least_minutes * 60), round(self.planned_most_minutes * 60)
