"""Twelve situations, each to be decided: Universal Login, the MFA API, or the My Account API?

Each is from a report (the threads below, and K2 and A-03 of `tests/field`) or from Auth0's documentation of August 20, 2026.
What neither settles is said to be uncertain.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..client.lifetimes import MFA_ACCESS_TOKEN_LIFETIME, minutes
from ..learner.session import LearnerSession
from .question import Question, Source

UNIVERSAL_LOGIN, MFA_API, MY_ACCOUNT = "Universal Login", "the MFA API", "the My Account API"

_DOCS = "https://auth0.com/docs/"
_GITHUB = "https://github.com/auth0/"
_MFA_PAGES = f"{_DOCS}secure/multi-factor-authentication/"
_MY_ACCOUNT_PAGE = Source("Auth0: My Account API", f"{_DOCS}manage-users/my-account-api")
_NOT_AT_A_LOGIN = "It manages the factors of a user who is signed in. It doesn't ask for a code during a login."


def _question(
    id: str,
    text: str,
    *,
    universal_login: str = "",
    mfa_api: str = "",
    my_account: str = "",
    because: str,
    sources: Sequence[Source],
) -> Question:
    """One situation, with what is wrong with the two ways that don't fit it."""
    answers = ((UNIVERSAL_LOGIN, universal_login), (MFA_API, mfa_api), (MY_ACCOUNT, my_account))
    return Question(id=id, text=text, answers=answers, because=because, sources=tuple(sources))


SITUATIONS = (
    _question(
        "look",
        "Your users sign in with a password, and MFA is about to be required. Your designers want the page that asks for the "
        "code to look like the rest of your application. What do you use?",
        mfa_api="You would build and maintain every page and every error message, only for a look that Universal Login can have, too.",
        my_account=_NOT_AT_A_LOGIN,
        because="You can change its theme, its text, and its templates, and Advanced Customizations replace its whole user interface.",
        sources=[
            Source("Auth0: Hosted Login vs. Embedded Login", f"{_DOCS}authenticate/login/universal-vs-embedded-login")
        ],
    ),
    _question(
        "own-screen",
        "Your company's own native application asks for the password on its own screen, and it can't open a browser. "
        "The password grant returns mfa_required. What comes next?",
        universal_login="It needs a browser. If your application can open one, it's the better choice, because your application doesn't see the password.",
        my_account="Its access token comes from a completed login, and this one isn't complete.",
        because="The MFA API is documented for this grant. In the report, the code was sent as another field of the login, and that "
        "got mfa_required again. Auth0 doesn't recommend the grant where an application can redirect.",
        sources=[
            Source(
                "Auth0: Resource Owner Password Flow with MFA", f"{_MFA_PAGES}authenticate-using-ropg-flow-with-mfa"
            ),
            Source("auth0/Auth0.Android issue 159", f"{_GITHUB}Auth0.Android/issues/159"),
        ],
    ),
    _question(
        "settings",
        "Your users sign in with Universal Login. Your settings page should let them add an authenticator app and confirm it. "
        "What does the page call?",
        universal_login="It enrolls a factor during a login or from an enrollment ticket, but on its own pages and not on yours.",
        mfa_api="In the thread, the enrollment began with an access token for the MFA audience, but no login had returned an MFA token "
        "to confirm it with. The sandbox takes the access token there, too. Whether a real tenant does is uncertain, because Auth0's "
        "overview names only the password grant.",
        because="One access token begins the enrollment and confirms it. An administrator activates the API and grants your "
        "application its scopes.",
        sources=[
            _MY_ACCOUNT_PAGE,
            Source(
                "Auth0: Manage Authentication Factors with APIs",
                f"{_MFA_PAGES}manage-mfa-auth0-apis",
            ),
            Source(
                "Auth0 Community thread 44384",
                "https://community.auth0.com/t/associate-mfa-factor-from-own-ui-error-on-factor-activation/44384",
            ),
        ],
    ),
    _question(
        "security-key",
        "Your users should be able to enroll a security key (WebAuthn) as their second factor. What do you use?",
        mfa_api="The MFA API's page lists SMS, voice, push, email, and OTP, and says that the API doesn't enroll WebAuthn.",
        my_account="It lists such keys, but according to its page, it can't enroll them.",
        because="Of the three, it's the only one that is documented to enroll one.",
        sources=[
            Source(
                "Auth0: MFA API, Limitations",
                f"{_MFA_PAGES}multi-factor-authentication-developer-resources/mfa-api",
            ),
            _MY_ACCOUNT_PAGE,
        ],
    ),
    _question(
        "exchange",
        "Your server exchanges tokens of your old identity provider for Auth0's (Custom Token Exchange). "
        "Now MFA is required, and the exchange returns mfa_required. What completes it?",
        universal_login="That would be another login. An exchange that has begun continues at the token endpoint.",
        my_account="Its access token comes from a completed login, and the exchange isn't complete.",
        because="The exchange follows the same model as the password grant: challenge a factor and verify it with the MFA token. "
        "With an actor or an Organization, MFA isn't supported.",
        sources=[
            Source(
                "Auth0: MFA with Custom Token Exchange",
                f"{_DOCS}authenticate/custom-token-exchange/cte-multi-factor-authentication",
            )
        ],
    ),
    _question(
        "half",
        "A mobile application opens Universal Login for the password, but it wants to ask for the code on a screen of its own. "
        "Where is the code asked for?",
        mfa_api="POST /mfa/challenge needs the MFA token of an mfa_required response. In the thread, an access token from this flow "
        "got “Malformed mfa_token”.",
        my_account=_NOT_AT_A_LOGIN,
        because="It asks for both factors before it returns a code to the application, so nobody gets an MFA token. Others have asked "
        "for a way to split the login, and the documentation doesn't describe one.",
        sources=[
            Source(
                "Auth0 Community thread 64112",
                "https://community.auth0.com/t/malformed-mfa-token-message-when-trying-to-challenge-an-user-with-mfa/64112",
            ),
            Source("auth0/react-native-auth0 issue 918", f"{_GITHUB}react-native-auth0/issues/918"),
        ],
    ),
    _question(
        "passkey",
        "On a page of your application, signed-in users should be able to create a passkey and change their password. "
        "What does the page call?",
        universal_login="It offers both, but on its own pages.",
        mfa_api="It enrolls second factors: SMS, voice, push, email, and OTP. A passkey or a password is a first factor.",
        because="Its list of methods includes passkeys and passwords in addition to second factors.",
        sources=[_MY_ACCOUNT_PAGE],
    ),
    _question(
        "partner",
        "A partner builds a third-party application for your users and wants to ask for the password and the code on its own pages. "
        "What can it use?",
        mfa_api="A third-party application can't have the MFA grants, and the partner would see your users' passwords.",
        my_account=_NOT_AT_A_LOGIN,
        because="A third-party application can have neither the password grant nor the MFA grants.",
        sources=[
            Source(
                "Auth0: Application Grant Types",
                f"{_DOCS}get-started/applications/application-grant-types",
            )
        ],
    ),
    _question(
        "step-up",
        "A Next.js application signs its users in with Universal Login. Before a transfer, its server refreshes the token, and an Action "
        "requires MFA. The team wants to ask for the code on its own page. What does the server call?",
        universal_login="It can ask for the factor, but on Auth0's page, and this team wants its own.",
        my_account=_NOT_AT_A_LOGIN,
        because="This refresh returns an MFA token, which the SDK passes on with its MfaRequiredError. The documentation describes the "
        "MFA API during a refresh only for Customizable MFA, which is in Early Access, so whether every tenant supports it is uncertain.",
        sources=[
            Source("auth0/nextjs-auth0 pull request 2480", f"{_GITHUB}nextjs-auth0/pull/2480"),
            Source("Auth0: Use Refresh Tokens", f"{_DOCS}secure/tokens/refresh-tokens/use-refresh-tokens"),
        ],
    ),
    _question(
        "silent",
        "A React application renews its access token silently, and this has begun to fail with mfa_required. Its team doesn't want to build "
        "a page for codes. What asks the user?",
        mfa_api="The MFA token of the refresh would do, but then the team would have to build the pages.",
        my_account=_NOT_AT_A_LOGIN,
        because="In 2026, auth0-react got a setting that opens it in a popup when this happens. Without that, the application redirects.",
        sources=[
            Source("auth0/auth0-react issue 501", f"{_GITHUB}auth0-react/issues/501"),
            Source("auth0/auth0-react pull request 1023", f"{_GITHUB}auth0-react/pull/1023"),
        ],
    ),
    _question(
        "recent",
        "Before users remove a factor on your settings page, they should have verified a second factor recently. The tenant should "
        "enforce that, not your code. What offers it?",
        universal_login="It verifies the factor during the login. It can't decide later whether that was recent enough to remove a factor.",
        mfa_api=f"Its access token is valid for {minutes(MFA_ACCESS_TOKEN_LIFETIME)}, but while email is the user's only factor, a "
        "password alone gets one.",
        because="Its Default Policy requires a second factor that was verified in the last 15 minutes. The policy is in Early Access.",
        sources=[_MY_ACCOUNT_PAGE],
    ),
    _question(
        "otp",
        "Your application's own screens sign users in by email with POST /otp/challenge, without a password. For some of them, the token "
        "endpoint returns mfa_required. What comes next?",
        universal_login="It has its own passwordless login. But the login that you began continues at the token endpoint.",
        my_account="Its access token comes from a completed login, and this one isn't complete.",
        because="The response has an MFA token, which works the same way as after a password sign-in. This way to sign in is in Early Access.",
        sources=[
            Source(
                "Auth0: Passwordless Authentication on Database Connections",
                f"{_DOCS}authenticate/database-connections/auth-api-passwordless-db-connections",
            )
        ],
    ),
)
_BY_ID = {one.id: one for one in SITUATIONS}


class Situations:
    """The decisions of one learner. `right` has the ids of the situations that were decided correctly once."""

    def __init__(self, session: LearnerSession) -> None:
        self._session = session
        self.right: set[str] = set(session.noted("right", []))

    @property
    def passed(self) -> bool:
        """Whether all of them were."""
        return self.right >= _BY_ID.keys()

    def decide(self, id: str, answer: str) -> None:
        """Decide a situation. Raises `KeyError` if it or the answer doesn't exist."""
        if not _BY_ID[id].trouble(answer) and id not in self.right:
            self.right.add(id)
            self._session.note("right", sorted(self.right))
