"""What a person may type about balance."""

from iso_portal.balance.forms.assignment import AssignForm, DecideForm, WeightForm
from iso_portal.balance.forms.declaration import DeclarationForm, WithdrawForm
from iso_portal.balance.forms.policy import (
    CustodianForm,
    DestroyForm,
    DonorForm,
    GateForm,
    JointWeightForm,
    KeyForm,
    LargeForm,
    ModeForm,
    PeopleForm,
    ReadingForm,
    Real,
    ReasonedForm,
    TargetForm,
    TrackedForm,
)

__all__ = [
    "AssignForm",
    "CustodianForm",
    "DecideForm",
    "DeclarationForm",
    "DestroyForm",
    "DonorForm",
    "GateForm",
    "JointWeightForm",
    "KeyForm",
    "LargeForm",
    "ModeForm",
    "PeopleForm",
    "ReadingForm",
    "Real",
    "ReasonedForm",
    "TargetForm",
    "TrackedForm",
    "WeightForm",
    "WithdrawForm",
]
