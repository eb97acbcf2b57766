"""What an attack on the product found: S1 to S24. The tests named after each give the product its very input, and its siblings."""

from . import Report

REPORTS: tuple[Report, ...] = (
    Report(
        "S-01", "second-factor", "a recovery code of an enrollment that was never confirmed opened the account for good"
    ),
    Report("S-02", "second-factor", "an enrollment that was begun first was confirmed after the owner's"),
    Report("S-09", "limits", "wrong passwords from elsewhere shut a learner out, and refused logins flushed the log"),
    Report("S-12", "bounded-work", "a template of 550 bytes made the tenant stand still"),
    Report("S-13", "bounded-work", "a silent mail server held up who needed no mail"),
    Report("S-17", "applications", "an application without a secret got a management token"),
    Report("S-18", "applications", "an assertion of another algorithm, or without a jti, was taken"),
    Report("S-19", "applications", "a token of one application was taken with another one's credentials"),
    Report("S-20", "timing", "the time of a refused login told who has an account"),
    Report(
        "S-24",
        "bounded-work",
        "a mail that nobody could read stopped the inbox, and addresses that nobody has were taken",
    ),
    Report("S-03", "who-may-ask", "a file .env of any folder above chose where the password went"),
    Report("S-04", "who-may-ask", "another user of the machine read the codes and reset the tenant"),
    Report("S-05", "who-may-ask", "whoever answered at the port of a tenant that was killed got the password"),
    Report("S-06", "who-may-ask", "a page of the web locked the learner out"),
    Report("S-10", "who-may-ask", "the instructor's token could be guessed without a brake or a trace"),
    Report("S-14", "who-may-ask", "the tenant was kept in another user's file, or behind a link"),
)
