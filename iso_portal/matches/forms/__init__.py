"""What a person may type about suggestions."""

from iso_portal.matches.forms.activities import ActivitiesForm
from iso_portal.matches.forms.decisions import AddForm, ClassesForm, DecisionForm, EmptyForm
from iso_portal.matches.forms.introductions import (
    AnswerForm,
    AskForm,
    AskInvestorForm,
    IntroductionForm,
    LimitForm,
    MeetingForm,
    TakenForm,
)
from iso_portal.matches.forms.learning import AdoptForm, ObjectionAnswerForm, ObjectionForm

__all__ = [
    "ActivitiesForm",
    "AddForm",
    "AdoptForm",
    "AnswerForm",
    "AskForm",
    "AskInvestorForm",
    "ClassesForm",
    "DecisionForm",
    "EmptyForm",
    "IntroductionForm",
    "LimitForm",
    "MeetingForm",
    "ObjectionAnswerForm",
    "ObjectionForm",
    "TakenForm",
]
