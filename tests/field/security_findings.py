"""What an attack on the product found: S1 to S24. The tests named after each give the product its very input, and its siblings."""

from . import Report

REPORTS: tuple[Report, ...] = (
    Report("S-03", "who-may-ask", "a file .env of any folder above chose where the password went"),
    Report("S-06", "who-may-ask", "a page of the web locked the learner out"),
    Report("S-14", "who-may-ask", "the tenant was kept in another user's file, or behind a link"),
)
