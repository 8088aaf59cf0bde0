"""What a person may type about suggestions."""

from iso_portal.matches.forms.decisions import DecisionForm, EmptyForm
from iso_portal.matches.forms.introductions import AskForm, IntroductionForm

__all__ = ["AskForm", "DecisionForm", "EmptyForm", "IntroductionForm"]
