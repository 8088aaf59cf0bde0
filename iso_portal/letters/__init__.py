"""Every letter the office sends: queued in the transaction that causes it, sent by a job, shown in the outbox."""
