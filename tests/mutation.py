"""How many small faults the nearest tests find: `python -m tests.mutation [masking errors …]`.

Needs `.[mutation]`. It works in a temporary copy and takes long, so it is no part of CI.
Survivors are named. Some change nothing that can be seen: a column's or a codec's name in
capitals, another word where `mask_value` and `wrap_secrets` have no name of a field yet,
letters that `quote` leaves as they are anyway.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent.parent
ENDPOINTS, CONTRACT = "tests/sandbox/endpoints", "tests/sandbox/contract"
LIMITS = ["tests/sandbox/tenant/test_token_buckets.py", "tests/sandbox/gateway/test_rate_limits.py"]
#: module -> the tests nearest to it, smallest module first
MODULES = {
    "client/masking": ["tests/client/test_masking.py"],
    "client/errors": ["tests/client/test_errors.py"],
    "client/mfa": ["tests/client/test_mfa.py", "tests/client/test_mfa_factors.py"],
    "sandbox/endpoints/client_auth": [f"{ENDPOINTS}/management/test_applications.py", f"{ENDPOINTS}/test_oauth.py"],
    "sandbox/endpoints/second_factor": [
        *(f"{ENDPOINTS}/{name}.py" for name in ("test_second_factor", "test_oauth", "extras/test_phone")),
        *(*LIMITS, f"{CONTRACT}/test_oob.py", f"{ENDPOINTS}/management/test_logs.py"),
    ],
    "sandbox/endpoints/oauth": [
        *(f"{ENDPOINTS}/test_oauth.py", *LIMITS),
        *(f"{ENDPOINTS}/management/test_{name}.py" for name in ("logs", "access")),
        *(f"{CONTRACT}/test_{name}.py" for name in ("password", "tokens")),
    ],
}


def main(wanted: list[str]) -> None:
    for module, tests in MODULES.items():
        if wanted and module.rpartition("/")[2] not in wanted:
            continue
        with tempfile.TemporaryDirectory() as folder:
            print(measure(module, tests, Path(folder)), flush=True)


def measure(module: str, tests: list[str], copy: Path) -> str:
    """Killed, survived and rate of one module, and the names of the survivors."""
    unwanted = shutil.ignore_patterns("__pycache__", ".*", "shots", "node_modules")
    for name in ("mfa_helpers", "tests"):
        shutil.copytree(HERE / name, copy / name, ignore=unwanted)
    mine = f"only_mutate = {json.dumps([f'mfa_helpers/{module}.py'])}\n"
    mine += f"pytest_add_cli_args_test_selection = {json.dumps(tests)}\n"
    mine += "timeout_constant = 20.0\n"  # what hangs is killed, but not by a busy machine
    text = (HERE / "pyproject.toml").read_text().replace("[tool.mutmut]\n", "[tool.mutmut]\n" + mine)
    (copy / "pyproject.toml").write_text(text)
    mutmut(copy, "run", "--max-children", "2")
    mutmut(copy, "export-cicd-stats")
    counts = json.loads((copy / "mutants" / "mutmut-cicd-stats.json").read_text())
    killed, total = counts["killed"] + counts["timeout"], counts["total"]
    rate = f"{module}: {killed} killed, {total - killed} survived, {killed / total:.0%}"
    return "\n".join([rate, *(line for line in mutmut(copy, "results").splitlines() if line.strip())])


def mutmut(copy: Path, *words: str) -> str:
    done = subprocess.run([sys.executable, "-m", "mutmut", *words], cwd=copy, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
    return done.stdout


if __name__ == "__main__":
    main(sys.argv[1:])
