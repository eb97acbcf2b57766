"""What an attack on the product found: S1 to S24. The tests named after each give the product its very input, and its siblings."""

from . import Report

REPORTS: tuple[Report, ...] = (
    Report(
        "S-01", "second-factor", "a recovery code of an enrollment that was never confirmed opened the account for good"
    ),
    Report("S-02", "second-factor", "an enrollment that was begun first was confirmed after the owner's"),
    Report("S-03", "who-may-ask", "a file .env of any folder above chose where the password went"),
    Report("S-04", "who-may-ask", "another user of the machine read the codes and reset the tenant"),
    Report("S-05", "who-may-ask", "whoever answered at the port of a tenant that was killed got the password"),
    Report("S-06", "who-may-ask", "a page of the web locked the learner out"),
    Report(
        "S-07",
        "class",
        "silent connections, half requests and endless heads held a class, and its log filled a disk",
        (
            "tests/processes/test_class_under_siege.py"
            "::test_thirty_learners_behind_the_address_of_a_siege_complete_00_to_05",
        ),
    ),
    Report("S-08", "class", "whoever had the join line filled the class for good"),
    Report("S-09", "limits", "wrong passwords from elsewhere shut a learner out, and refused logins flushed the log"),
    Report("S-10", "who-may-ask", "the instructor's token could be guessed without a brake or a trace"),
    Report("S-11", "pins", "versions with known vulnerabilities were allowed, and pinned for Binder"),
    Report("S-12", "bounded-work", "a template of 550 bytes made the tenant stand still"),
    Report("S-13", "bounded-work", "a silent mail server held up who needed no mail"),
    Report("S-14", "who-may-ask", "the tenant was kept in another user's file, or behind a link"),
    Report("S-15", "answers", "a port that tells no certificate ended in the words that the course itself broke"),
    Report("S-16", "answers", "a small packed answer filled the kernel, and a byte now and then held it for hours"),
    Report("S-17", "applications", "an application without a secret got a management token"),
    Report("S-18", "applications", "an assertion of another algorithm, or without a jti, was taken"),
    Report("S-19", "applications", "a token of one application was taken with another one's credentials"),
    Report("S-20", "timing", "the time of a refused login told who has an account"),
    Report("S-21", "secrets", "an interrupted call showed password and client secret in its traceback"),
    Report("S-22", "secrets", "the handover's object held the MFA token in clear"),
    Report(
        "S-23", "headers", "answers that a browser could guess at, or keep, and a page whose policy let any script run"
    ),
    Report(
        "S-24",
        "bounded-work",
        "a mail that nobody could read stopped the inbox, and addresses that nobody has were taken",
    ),
)
