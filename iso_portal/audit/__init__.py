"""Who did what, when and why: one line per act of a service, beside the database's own sealed log of changed rows."""
