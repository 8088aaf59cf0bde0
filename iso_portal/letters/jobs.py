"""Send letters."""

from __future__ import annotations

import uuid

import procrastinate
from flask import current_app

from iso_portal.core.db import unit_of_work
from iso_portal.core.jobs import jobs
from iso_portal.core.mail import MailTrouble, Post
from iso_portal.letters import queries, service
from iso_portal.letters.domain import LetterState

ATTEMPTS = 12
RETRY = procrastinate.RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=3, retry_exceptions={MailTrouble})


@jobs.task(name="letters.send", retry=RETRY, pass_context=True)
def send(context: procrastinate.JobContext, letter_id: str) -> None:
    """Send one letter; sending it again is harmless, since its Message-ID stays the same."""
    letter = queries.find(uuid.UUID(letter_id))
    if letter is None or letter.state is LetterState.SENT or not letter.to_address:
        return
    post: Post = current_app.extensions["post"]
    with unit_of_work():
        letter = queries.get(uuid.UUID(letter_id))
        try:
            post.send(
                key=str(letter.id),
                to=letter.to_address,
                name=letter.to_name,
                language=letter.language,
                subject=letter.subject,
                text=service.filled_in(letter, letter.text),
                html=service.filled_in(letter, letter.html),
            )
        except MailTrouble as why:
            trouble: MailTrouble | None = why
            service.mark_trouble(letter, str(why), last=context.job.attempts + 1 >= ATTEMPTS)
        else:
            trouble = None
            service.mark_sent(letter)
        service.forget_last(letter)
    if trouble is not None:
        raise trouble  # after the commit, so that the outbox tells what the queue will try again


@jobs.task(name="letters.remove_copies")
def remove_copies(letter_ids: list[str]) -> None:
    """Remove the files of letters that were forgotten, where letters go to a folder; again is harmless."""
    post: Post = current_app.extensions["post"]
    for letter_id in letter_ids:
        (post.folder / f"{uuid.UUID(letter_id)}.eml").unlink(missing_ok=True)
