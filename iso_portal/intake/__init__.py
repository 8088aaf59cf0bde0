"""The public forms, the follow-your-inquiry page, and inquiries that staff write down; creates investors and cases."""
