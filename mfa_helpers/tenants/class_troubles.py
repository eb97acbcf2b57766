"""What is said of a class's tenant that can't be used, to a learner and to the instructor."""

from __future__ import annotations

from dataclasses import dataclass

from ..client import errors

ASK = "Ask your instructor for today's join line, and paste the whole line."


@dataclass(frozen=True)
class Words:
    """What to do if `another` certificate is there, if nobody answers (`away`), and if something inside the tenant has `failed`."""

    another: str
    away: str
    failed: str


LEARNER = Words(
    another=f"The class might have been restarted, or your network might lead to another server. {ASK}",
    away=(
        "Wait a minute and try again, because it might be starting again. If that doesn't help, ask your instructor: you might be "
        "on a different network, or the class might be over or have another address. To continue without the class, choose the "
        "sandbox on this machine in notebook 00."
    ),
    failed="Tell your instructor, whose terminal says what it was. Then try again, because what you did before is kept.",
)
INSTRUCTOR = Words(
    another="Paste the join line that the class's terminal shows now.",
    away=(
        "Look at the terminal where it runs. If it has ended, start it again with the same command. Learners keep their work, and "
        "this board continues. If that machine has another address now, paste the join line that the terminal shows then."
    ),
    failed="Look at the terminal where it runs, which says what it was.",
)

Trouble = errors.NotReached | errors.TenantFailed


def explained(error: Trouble, where: str, words: Words = LEARNER) -> Trouble:
    """`error` of the tenant at `where`, in words of a class."""
    if isinstance(error, errors.CertificateRefused) and error.what == errors.CertificateRefused.what:
        error.what, error.next_step = f"The certificate at {where} doesn't belong to the class's tenant.", words.another
    elif isinstance(error, (errors.TenantUnreachable, errors.TenantTimedOut)):
        error.what, error.next_step = f"The class's tenant doesn't respond at {where}.", words.away
    elif isinstance(error, errors.TenantFailed):
        error.what, error.next_step = "Something failed inside the class's tenant.", words.failed
    return error


def without_seat(error: errors.WrongCredentials) -> errors.WrongCredentials:
    """`error` of a login, in words for a learner whose user the class no longer has."""
    error.what = "You haven't joined this class."
    error.next_step = (
        "Your user there was removed with the empty seats or with an earlier group. In notebook 00, paste the join line that "
        "your instructor shows, and check the tenant. Then try again here."
    )
    return error
