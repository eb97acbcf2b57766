"""Programs in other languages that sign a user in, judged by what a tenant saw: right ones, and ones with a defect."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ...support.deadline import DEADLINE
from ...support.judging import Defect, assert_found, assert_right, defect, written
from ..compilers.toolchains import TOOLCHAINS

JUDGED = Path(__file__).parent / "judged"
#: How each program is run, by its file.
COMMANDS = {
    "login.mjs": ("nodejs", ["node", "login.mjs"]),
    "login.sh": ("curl", ["bash", "login.sh"]),
    "login.rb": ("ruby", ["ruby", "login.rb"]),
    "login.go": ("go", ["./login"]),
    "login.php": ("php", ["php", "login.php"]),
    "Login.java": ("java", ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "Login.java"]),
}
NODE_JSON = 'response.headers.get("content-type")?.includes("json")'

DEFECTS = [
    defect("login.mjs", "login", "It printed an access token.", ("`Signed in as ${user.email}`", "tokens")),
    defect("login.mjs", "rate-limit", "seconds after a 429", ('pause(Number(response.headers.get("retry-after")))', 'pause(Number(response.headers.get("retry-after")) / 1000)')),
    defect("login.mjs", "page", "it ended with exit code 1", (NODE_JSON, "true")),
    defect("login.mjs", "another-factor", "it treated that response as the tokens", ('body.error === "mfa_required") return prove(body.mfa_token)', 'body.error === "mfa_required") return body')),
    defect("login.sh", "login", "was never confirmed", ("""grep '"active": *true' | """, "head -n 2 | tail -n 1 | ")),
    defect("login.sh", "two-tabs", "in each other's way", ("work=$(mktemp -d) || exit 1\ntrap 'rm -rf \"$work\"' EXIT\n", "work=.\n"), ("  oob_code=$(field oob_code)\n", "  field oob_code > code\n"), ('oob_code "$oob_code" binding', 'oob_code "$(cat code)" binding')),
    defect("login.sh", "expired-code", "so the same one came back", ("*expired_token) challenge ;;", "*expired_token) ;;")),
    defect("login.rb", "login", "It printed the user's password.", ('_, login = call', 'puts ENV.to_h\n_, login = call')),
    defect("login.rb", "expired-code", "without requesting a new code", ('  when "expired_token" then oob_code = challenge(token)\n', "")),
    defect("login.rb", "page", "a traceback", ('elsif response.content_type == "application/json"', "else"), ("    else\n      sleep 0.1\n", "")),
    defect("login.go", "rate-limit", "seconds after a 429", ("* time.Second", "* time.Millisecond")),
    defect("login.go", "another-factor", "it continued with the old one", ("\t\t\ttoken = body.MfaToken\n", "")),
    defect("login.go", "wrong-code", "It sent the wrong code 5 times.", ('{typed()}', '{code}'), ("\toobCode := challenge(token)\n", "\toobCode := challenge(token)\n\tcode := typed()\n")),
    defect("login.php", "page", "exit code 255 and a traceback", ("} elseif (is_array($body)) {", "} else {"), ("        } else {\n            usleep(100000);\n        }", "        }")),
    defect("Login.java", "login", "GET /userinfo was never sent", ('send("/userinfo", field("access_token", body))', "body"), ('field("email", body)', 'field("scope", body)')),
]  # fmt: skip


def command(name: str, folder: Path) -> list[str]:
    """How the program of that name is run in `folder`, where it has been written."""
    language, words = COMMANDS[name]
    missing = TOOLCHAINS[language].missing() or ("" if shutil.which(words[0]) or language == "go" else f"no {words[0]}")
    if missing:
        if os.environ.get("MFA_LANGUAGES") == "required":
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)
    if language == "go":
        environment = {**os.environ, **TOOLCHAINS["go"].environment}
        build = ["go", "build", "-o", "login", name]
        done = subprocess.run(build, cwd=folder, env=environment, capture_output=True, text=True, timeout=DEADLINE)
        assert done.returncode == 0, done.stderr
    return words


@pytest.mark.parametrize("name", COMMANDS)
def test_a_right_program_is_not_rejected(name: str, tmp_path: Path) -> None:
    written(JUDGED / name, tmp_path)
    assert_right(command(name, tmp_path), tmp_path)


@pytest.mark.parametrize("defect", DEFECTS, ids=str)
def test_a_defect_is_found_in_the_run_in_which_it_shows(defect: Defect, tmp_path: Path) -> None:
    written(JUDGED / defect.program, tmp_path, *defect.edits)
    assert_found(defect, command(defect.program, tmp_path), tmp_path)
