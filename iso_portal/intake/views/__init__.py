"""The public pages of an inquiry, and the colleague's page for inquiries that come another way."""

from iso_portal.intake.views import follow, imports, inquiry, record, sending
from iso_portal.intake.views.blueprint import bp

__all__ = ["bp", "follow", "imports", "inquiry", "record", "sending"]
