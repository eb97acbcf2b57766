"""What an attack on the product found: S1 to S24. The tests named after each give the product its very input, and its siblings."""

from . import Report

REPORTS: tuple[Report, ...] = (
    Report("S-03", "who-may-ask", "a file .env of any folder above chose where the password went"),
    Report("S-04", "who-may-ask", "another user of the machine read the codes and reset the tenant"),
    Report("S-05", "who-may-ask", "whoever answered at the port of a tenant that was killed got the password"),
    Report("S-06", "who-may-ask", "a page of the web locked the learner out"),
    Report("S-10", "who-may-ask", "the instructor's token could be guessed without a brake or a trace"),
    Report("S-14", "who-may-ask", "the tenant was kept in another user's file, or behind a link"),
)
