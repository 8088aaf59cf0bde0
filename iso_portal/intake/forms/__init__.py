"""What a person may type about an inquiry."""

from iso_portal.intake.forms.follow import (
    ContactForm,
    DataForm,
    EmptyForm,
    FilesForm,
    MessageForm,
    RenewForm,
    SaveForm,
    WithdrawForm,
)
from iso_portal.intake.forms.imports import InquiryRowForm
from iso_portal.intake.forms.inquiry import PARTS, InquiryForm, RecordForm, SendForm, fields_of

__all__ = [
    "PARTS",
    "ContactForm",
    "DataForm",
    "EmptyForm",
    "FilesForm",
    "InquiryForm",
    "InquiryRowForm",
    "MessageForm",
    "RecordForm",
    "RenewForm",
    "SaveForm",
    "SendForm",
    "WithdrawForm",
    "fields_of",
]
