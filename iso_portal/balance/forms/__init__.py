"""What a person may type about balance."""

from iso_portal.balance.forms.assignment import AssignForm
from iso_portal.balance.forms.declaration import DeclarationForm, WithdrawForm

__all__ = ["AssignForm", "DeclarationForm", "WithdrawForm"]
