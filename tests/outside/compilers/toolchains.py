"""How a program is run in each language: as its own first comment line says, with one authority trusted or none."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from mfa_helpers.languages import LANGUAGES

#: Seconds for one program; the slowest, a Java file, usually takes two.
DEADLINE = 60
#: Of this process's environment a program gets these only: no proxy, and no authority that this machine trusts.
KEPT = ("PATH", "HOME", "TMPDIR", "TEMP", "SYSTEMROOT")
_SAVE = re.compile(r"Save this as (\S+?\.\w+)\b")
_RUN = re.compile(r"Run: (.+)$", re.M)


@dataclass(frozen=True)
class Toolchain:
    """What has to be installed, how this language is told which authority to trust, and what judges its programs."""

    needs: tuple[str, ...]
    variable: str = ""
    options: tuple[str, ...] = ()  # with {ca}, right after the command's first word
    always: tuple[str, ...] = ()
    version: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    probe: tuple[str, ...] = ()  # a command that fails if something is missing that is no command itself
    lacking: str = ""  # the reason that the probe stands for
    judge: tuple[str, ...] = ()  # what the language's own tools say about a file's style: nothing, if all is well

    def missing(self) -> str:
        """Why nothing can be run here; empty if it can."""
        absent = [name for name in self.needs if shutil.which(name) is None]
        if absent:
            return f"{absent[0]} is not installed"
        if self.probe and subprocess.run(self.probe, capture_output=True, timeout=DEADLINE).returncode != 0:
            return self.lacking
        return ""

    def name(self) -> str:
        """The tool and its version, as it says itself."""
        return " ".join(_said(*self.version).split()[: 4 if self.version[0] == "go" else 2])


TOOLCHAINS = {
    "curl": Toolchain(("sh", "curl"), "CURL_CA_BUNDLE", version=("curl", "--version"), judge=("sh", "-n")),
    "go": Toolchain(
        ("go",),
        "SSL_CERT_FILE",
        version=("go", "version"),
        environment={"GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "-ldflags=-w"},
        judge=("gofmt", "-l"),
    ),
    "java": Toolchain(
        ("java", "javac", "keytool"),
        options=("-Djavax.net.ssl.trustStore={ca}.p12", "-Djavax.net.ssl.trustStorePassword=changeit"),
        always=("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),  # starts in half the time
        version=("java", "--version"),
        judge=("javac", "-Xlint:all", "-Werror"),
    ),
    "nodejs": Toolchain(("node",), "NODE_EXTRA_CA_CERTS", version=("node", "--version"), judge=("node", "--check")),
    "php": Toolchain(
        ("php",),
        options=("-d", "curl.cainfo={ca}"),
        version=("php", "--version"),
        probe=("php", "-r", "exit((int) !extension_loaded('curl'));"),
        lacking="PHP's extension curl is not installed",
    ),
    "python": Toolchain(
        (),
        "REQUESTS_CA_BUNDLE",
        version=(sys.executable, "--version"),
        judge=("python", "-W", "error", "-m", "py_compile"),
    ),
    "ruby": Toolchain(("ruby",), "SSL_CERT_FILE", version=("ruby", "--version"), judge=("ruby", "-w", "-c")),
    # its command is the compiled program: see the fixture `start`
    "csharp": Toolchain(("sh",), "SSL_CERT_FILE", environment={"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}),
}
assert set(TOOLCHAINS) == set(LANGUAGES), f"a record too few or too many: {set(TOOLCHAINS) ^ set(LANGUAGES)}"


@dataclass(frozen=True)
class Outcome:
    """What a program printed, and the status it ended with."""

    status: int
    out: str
    err: str


def written(source: str) -> tuple[str, list[str]]:
    """Under which name a program wants to be saved, and how it wants to be run."""
    first = next(line for line in source.splitlines() if line.startswith(("#", "//")))
    return _SAVE.search(first)[1], _RUN.search(first)[1].split()  # type: ignore[index]


def environment(language: str, **more: str) -> dict[str, str]:
    """What a program of that language finds in its environment."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ} | {"LANG": "C.UTF-8"}
    kept["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), kept["PATH"]])
    return kept | TOOLCHAINS[language].environment | more


def compile_it(language: str, command: list[str], folder: Path) -> None:
    """Compile a program; anything that the compiler says is a failure."""
    done = subprocess.run(
        command, cwd=folder, env=environment(language), capture_output=True, text=True, timeout=DEADLINE
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def run(language: str, command: list[str], folder: Path, ca: str | None, secrets: dict[str, str]) -> Outcome:
    """Run a program, and make sure that nothing secret was printed."""
    __tracebackhide__ = True
    toolchain = TOOLCHAINS[language]
    options, trust = list(toolchain.always), {}
    if ca is not None:
        options += [option.format(ca=ca) for option in toolchain.options]
        trust = {toolchain.variable: ca} if toolchain.variable else {}
    done = subprocess.run(
        [command[0], *options, *command[1:]],
        cwd=folder,
        env=environment(language, **trust, **secrets),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=DEADLINE,
    )
    printed = done.stdout + done.stderr
    leaked = [name for name, value in secrets.items() if any(line in printed for line in value.splitlines())]
    leaked += [sign for sign in ("Fe26.2*", "eyJ") if sign in printed]
    if leaked:
        raise AssertionError(f"{LANGUAGES[language]} printed: {', '.join(leaked)}")
    return Outcome(done.returncode, done.stdout, done.stderr)


def trust_store(ca: str) -> None:
    """The store that Java reads, beside the authority's file."""
    importing = ["keytool", "-importcert", "-noprompt", "-alias", "sandbox", "-file", ca]
    into = ["-keystore", f"{ca}.p12", "-storetype", "PKCS12", "-storepass", "changeit"]
    subprocess.run([*importing, *into], check=True, capture_output=True, timeout=DEADLINE)


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE)
    return (done.stdout or done.stderr).strip()
