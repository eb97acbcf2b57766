"""The second collection: what people met with products like this one. The kinds are numbered as they were found."""

from __future__ import annotations

from . import Report

_CORS = "tests/sandbox/gateway/test_cors.py::test_"

REPORTS = (
    Report(
        "K-01",
        "protocol",
        "a header that asks for another protocol lost the body of the request",
        (
            "tests/sandbox/hosting/test_server.py::test_a_request_that_offers_an_upgrade_keeps_its_body_and_its_connection",
        ),
    ),
    Report("K-02", "refresh", "a refresh token gave tokens at once, whatever the policy said"),
    Report("K-03", "env-file", "a .env in another encoding stopped the sandbox, and $ in a value was replaced"),
    Report("K-04", "bytes", "bytes that were no UTF-8 became other text, and mail went to another address"),
    Report("K-05", "address-input", "mail went to addresses with signs that no address has"),
    Report("K-06", "unseen-signs", "what is not seen around a code, a name, a number, or a line spoiled it"),
    Report("K-07", "digits", "digits of other scripts and grouped codes were refused"),
    Report("K-08", "trunk-zero", "+49 (0)30 became a number that nobody has"),
    Report("K-09", "mail-inbox", "a sender's name that is not ASCII lost its address, or got blanks"),
    Report("K-10", "capitals", "capitals beyond ASCII, NFD, and xn-- were another person, and another mailbox"),
    Report("K-11", "paths", "an escaped slash in an id ended in the framework's own 404"),
    Report(
        "K-12",
        "origins",
        "a page on another origin could not call the tenant",
        (
            _CORS + "a_page_that_the_application_lists_is_answered_and_may_read_it",
            _CORS + "a_browser_that_asks_beforehand_is_told_for_listed_pages_alone",
            _CORS + "discovery_and_keys_can_be_read_by_every_page",
        ),
    ),
    Report("K-13", "again", "a second run without hands met what the first one had enrolled, and its limits"),
    Report("K-14", "error-shape", "a refusal without error lost its words, or showed a Python dict"),
    Report("K-15", "factor-choice", "a second mfa_required in a form sent the old oob_code with the new token"),
    Report("K-16", "small", "a cause that was not named, or something dropped in silence"),
)
