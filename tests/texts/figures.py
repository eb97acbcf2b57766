"""Figures that texts state in words or digits: where each comes from, and the phrases that state it.

A phrase is plain text without regard to case or line breaks; `{}` is the figure. Whoever changes a figure in
the code is told by `test_figures.py` which texts say the old one. Whoever writes a new sentence with a figure
is asked to add its phrase here, or to `OTHERS` with the reason.
"""

from __future__ import annotations

from mfa_helpers.client.lifetimes import CODE_LIFETIME, MFA_ACCESS_TOKEN_LIFETIME, MFA_TOKEN_LIFETIME
from mfa_helpers.client.validation import CODE_LENGTH
from mfa_helpers.lessons.checkpoints import FAULTS_WANTED
from mfa_helpers.lessons.clinic.faults import FAULTS
from mfa_helpers.lessons.errata import ERRATA, PREDICTED
from mfa_helpers.lessons.judge.faults import FAULTS as FAULTS_OF_THE_JUDGE
from mfa_helpers.lessons.other_factors import INTERVAL, MORE
from mfa_helpers.lessons.quiz import QUESTIONS
from mfa_helpers.lessons.situations import SITUATIONS
from mfa_helpers.lessons.warm_ups import WARM_UPS
from mfa_helpers.outline import FLOW, NOTEBOOKS
from mfa_helpers.sandbox.__main__ import LINGER
from mfa_helpers.sandbox.crypto.certificate import DAYS
from mfa_helpers.sandbox.defaults import FACTORS, LIFETIMES, LIMITS
from mfa_helpers.sandbox.endpoints.extras.class_members import MOST, MOST_EMPTY
from mfa_helpers.sandbox.gateway.page_links import LINK_LIFETIME
from mfa_helpers.sandbox.gateway.token_strength import LEAST as LEAST_TOKEN
from mfa_helpers.sandbox.hosting.door import LONGEST_HEAD, MOST_OWING, WHOLE_REQUEST
from mfa_helpers.sandbox.hosting.operator_log import MOST_ERRORS
from mfa_helpers.sandbox.store.journal import MOST_SHOWN
from mfa_helpers.sandbox.tenant.authenticators import new_recovery_code

from ..field.__main__ import ALL

IN_THE_FLOW = len({stage.number for stage in FLOW}) + 1  # and 00

#: What is counted, its figure, and the phrases that state it.
FIGURES: dict[str, tuple[int, list[str]]] = {
    "faults": (len(FAULTS), ["{} faults to diagnose", "cause {} faults", "need to finish all {}."]),
    "faults of the judge": (len(FAULTS_OF_THE_JUDGE), ["with each of {} faults"]),
    "faults to be cured": (FAULTS_WANTED, ["{} faults or more", "repair {} faults to reach", "and repair {} of the faults above"]),
    "errors of the page": (len(ERRATA), ["has recorded {} of them"]),
    "errors of the page that are not predicted": (len(ERRATA) - len(PREDICTED), ["lists the other {}."]),
    "errors of the page that are predicted": (len(PREDICTED), ["responses to {} errors", "here are the {} that cost"]),
    "questions": (
        len(QUESTIONS),
        ["answer {} questions", "answer the {} questions", "{} questions about", "| Answer the {} questions. Then"],
    ),
    "situations": (len(SITUATIONS), ["{} situations"]),
    "questions of a warm-up": (len(WARM_UPS["sign-in"]), ["{} questions on earlier notebooks", "{} questions at the start"]),
    "notebooks of the flow": (IN_THE_FLOW, ["first {} notebooks", "{} short notebooks", "all {} notebooks open"]),
    "notebooks after the flow": (len(NOTEBOOKS) - IN_THE_FLOW, ["{} more go deeper"]),
    "reports from the field": (len(ALL), ["{} reports", "all {} pass"]),
    "digits of a code": (CODE_LENGTH, ["{} digits"]),
    "letters of a recovery code": (len(new_recovery_code()), ["{} letters", "{} characters that stand in"]),
    "minutes of a code": (
        CODE_LIFETIME // 60,
        [
            "you have {} minutes", "{} minutes for the code", "a one-time code is valid for {} minutes", "code and `oob_code` | {} minutes",
            "code is older than {} minutes", "with the one-time code. it's valid for {} minutes", "code older than {} minutes",
            "`oob_code`, which is valid for {} minutes", "identifies the message, and it's valid for {} minutes",
            "values and is valid for only {} minutes",
        ],
    ),
    "minutes of an MFA token": (
        MFA_TOKEN_LIFETIME // 60,
        [
            "`mfa_token` is valid for {} minutes", "01_get_the_mfa_token.ipynb), which is valid for {} minutes",
            "mfa token is older than {} minutes", "login is older than {} minutes", "for the code, {} for the login",
            "mfa token is valid for {} minutes", "| mfa token | {} minutes", "sealed and valid for {} minutes",
            "as good as the password for {} minutes", "mfa_token older than {} minutes",
        ],
    ),
    "minutes of an access token for the MFA audience": (
        MFA_ACCESS_TOKEN_LIFETIME // 60,
        [
            "`expires_in` is 600, so it's valid for {} minutes", "the access token is older than {} minutes", "for the mfa audience | {} minutes",
            "authenticators, and they're valid for {} minutes", "such a note for its {} minutes", "600 seconds ({} minutes)", "{} minutes, as printed",
            "sign your users out every {} minutes",
        ],
    ),
    "seconds of an access token for the MFA audience": (MFA_ACCESS_TOKEN_LIFETIME, ["its `expires_in` is {}, so", "response, `expires_in` is {} seconds", "Believe the {} seconds"]),
    "seconds of an access token": (LIFETIMES.access_token, ["valid for {} seconds, which is one day", "the response says {} seconds", "valid for {} seconds 200"]),
    "hours of an ID token": (LIFETIMES.id_token // 3600, ["id token | {} hours", "{} hours that's the id token"]),
    "seconds of an app's code": (LIFETIMES.totp_step, ["which change every {} seconds", "it changes every {} seconds"]),
    "seconds between two questions about a push": (
        INTERVAL, ["loop every {} seconds", "`/oauth/token` every {} seconds", "Wait {} seconds, and then poll again", "default of RFC 8628, which is {} seconds",
        "poll again after {} seconds"],
    ),
    "seconds more after slow_down": (MORE, ["add {} seconds to the interval"]),
    "wrong codes at once": (LIMITS.wrong_codes.size, ["{} wrong codes", "wrong codes | {} in a row", "allows {} attempts", "{} wrong ones, then one more"]),
    "minutes until one more wrong code": (
        int(LIMITS.wrong_codes.refill) // 60,
        ["Wait {} minutes, or", "then one more every {} minutes", "one more attempt every {} minutes", "Wait {} minutes, and then try once"],
    ),
    "emails at once": (LIMITS.emails.size, ["{} emails were sent to the user", "| emails | {} in a row"]),
    "wrong passwords": (LIMITS.failed_logins, ["{} wrong passwords", "wrong passwords | {}, then", "has tried {} passwords"]),
    "seconds of a request": (WHOLE_REQUEST, ["complete within {} seconds"]),
    "kilobytes of a head": (LONGEST_HEAD // 1024, ["headers can be up to {} kb"]),
    "connections of an address": (MOST_OWING, ["more than {} connections"]),
    "seats of a class": (MOST, ["Up to {} learners can sign in", "{} learners can sign in"]),
    "empty seats of a class": (MOST_EMPTY, ["never signed in, {} are kept"]),
    "messages of the inbox": (MOST_SHOWN, ["newest {} messages"]),
    "errors in a minute": (MOST_ERRORS, ["at most {} per minute"]),
    "minutes of a block": (LIFETIMES.block // 60, ["block ends after {} minutes"]),
    "minutes of an authorization code": (LIFETIMES.authorization_code // 60, ["code that is {} minutes old"]),
    "days of a session": (LIFETIMES.session // 86_400, ["session ends after {} days"]),
    "days of a session without use": (LIFETIMES.idle_session // 86_400, ["or {} days without use"]),
    "authenticators that are not in the way": (LIMITS.authenticators - 1, ["Up to {} authenticators"]),
    "factors of a tenant": (len(FACTORS), ["of {} factors"]),
    "days of a class's certificate": (DAYS, ["certificate lives {} days"]),
    "minutes of a link to a page of the sandbox": (
        LINK_LIFETIME // 60,
        ["once, within {} minutes", "or it's older than {} minutes", "once and within {} minutes"],
    ),
    "characters of a sandbox's token": (LEAST_TOKEN, ["token of {} or more random", "{} or more characters made at random"]),
    "seconds that a sandbox stays": (LINGER, ["it stops {} seconds after the last kernel"]),
}  # fmt: skip

#: Phrases with a figure that is none of these, and why.
OTHERS: dict[str, str] = {
    "**Time:** {} minutes": "test_structure.py compares it with the words and forms of its notebook",
    "notebooks: {} minutes": "test_exercises.py adds them up",
    "whole course: {} minutes": "test_structure.py adds them up",
    "(allow {} more minutes for writing)": "test_guide.py compares it with the plans",
    "{} minutes to read and 20 to write": "test_guide.py compares it with the plans",
    "plans for 60, 90, and {} minutes": "test_guide.py has these three plans",
    "three lesson plans": "test_guide.py has these three plans",
    "### {} minutes": "test_guide.py adds the plan up",
    "allow {} minutes for installing": "test_guide.py compares it with the plans",
    "first plan takes {} minutes": "test_guide.py compares it with the plans",
    "allow {} minutes for it, and show": "what the instructor does between two groups: two clicks, and the line again",
    "before the workshop. it takes {} minutes": "what the letter asks of a participant",
    "on thirty machines of a room": "a benchmark",
    "if thirty fetch": "a benchmark",
    "10 errata": "a notebook's number and title",
    "the time is {} seconds after the start of 1970": "a test case of RFC 6238",
    "two factors": "it is what the words multi-factor authentication mean",
    "two tabs": "a fault of the judge: two are enough",
    "two rows": "one device has two authenticators: SMS and voice",
    "two emails": "the user that the call of notebook 10 is about",
    "three confirmed emails": "the user of an exercise in notebook 07",
    "verified in the last {} minutes": "the documentation of the My Account API",
    "two notebooks that": "any two",
    "Four questions Ask": "they are in the list below, of which the test is a person who reads it",
    "300 is `{} minutes`": "an example, whatever a lifetime is",
    "in eight languages |": "the official page's samples",
    "In six languages, the page": "the official page",
    "These samples, in six languages": "the official page",
    "the first 16 hexadecimal digits": "a fingerprint, as long as it's useful",
    "five digits": "a code that is too short",
    "sixteen letters or digits": "how a recorded id looks",
    "the last four digits": "how a recorded list masks a number",
    "at most four characters": "how a recorded list masks an address",
    "accepts it for only {} minutes": "auth0-server-python's own lifetime of what it has sealed, DEFAULT_MFA_TOKEN_TTL",
    "first four characters": "how a recorded list masks an address",
    "at most four digits": "a template that is refused",
    "32, 40, …, or 128 characters": "whole groups of base32",
    "version 3 had no rows": "a version, not a count",
    "a value needs at least 3 characters": "the documentation of the log's queries",
    "come up within 20 seconds": "a time limit, beside its figure",
    "Ten seconds later, it begins": "a wait of the service worker",
    "Try again in {} seconds": "a text of the API; the number is the wait",
    "RFC 6749 allows at most {} minutes": "the standard",
    "each one after five seconds": "a time limit, beside its figure",
    "five seconds for the thread": "a time limit, beside its figure",
    "7 to 15 digits": "the standard E.164",
    "thirty people": "the size of a class that the tests of the hub run",
    "thirty learners": "the size of a class that the tests of the hub run",
    "a learner among thirty": "the size of a class that the tests of the hub run",
    "five empty notebooks": "a benchmark",
    "takes two minutes, and all": "a measured time",
    "takes four minutes": "a measured time",
    "idle for ten minutes, Binder": "Binder's",
    "that's idle for ten minutes": "Binder's",
    "after ten idle minutes": "Binder's",
    "password of 8 characters": "JupyterHub's configuration in binder/",
    "stopped after two hours": "JupyterHub's configuration in binder/",
}
