"""The sandbox beside its npm peers, in turns in one run: start, memory, answers a second, latency, learners at once.

    python -m tests.benchmarks.sandbox [PART ...] [--rounds N] [--seconds N] [--starts N]

Parts: start, memory, rate, latency, learners; all of them if none is named (about four minutes).

The peers (oauth2-mock-server, auth0-simulator) are installed by npm into
`peers/node_modules` when they are first needed. They have no second factor, so
the sandbox's `mfa_required` is held against what they answer to the same
request: tokens. The load comes from `wrk` (Debian package of that name) if it
is there, else from a slower generator in here: figures of the two do not
compare, and the slower one hides how far apart quick servers are.

Other work on the machine moves every figure. So the servers take turns, and
each ratio is the median of the ratios within a round.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import psutil

from ..support.places import ROOT

PEERS = Path(__file__).resolve().parent / "peers"
PARTS = ("start", "memory", "rate", "latency", "learners")
CONNECTIONS = (8, 32, 64)  # a server is as quick as it is with the number that suits it best
LEARNERS = (10, 30, 100)
DISCOVERY = "/.well-known/openid-configuration"
FORM = "application/x-www-form-urlencoded"
UNCHECKED = ssl.create_default_context()  # a peer speaks TLS only, with a certificate that was made for this run
UNCHECKED.check_hostname = False
UNCHECKED.verify_mode = ssl.CERT_NONE


# servers


class Server(NamedTuple):
    """A process that answers, and the password request it answers to."""

    name: str
    process: psutil.Popen
    base_url: str
    path: str = ""
    fields: dict[str, str] = {}
    ready: dict[str, str] = {}
    start: float = 0.0  # seconds from the process's start to its first 200

    def memory(self) -> float:
        """What it and its children hold, in MB."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(process.memory_info().rss for process in family) / 1e6

    def cpu(self) -> float:
        """Seconds that it has computed for."""
        times = self.process.cpu_times()
        return times.user + times.system

    def answer(self) -> tuple[int, dict[str, Any]]:
        """One answer to its request."""
        with connected(self.base_url) as line:
            line.request("POST", self.path, urlencode(self.fields), {"content-type": FORM})
            response = line.getresponse()
            return response.status, json.loads(response.read())


@contextmanager
def connected(base_url: str) -> Iterator[http.client.HTTPConnection]:
    address = urlsplit(base_url).netloc
    line = (
        http.client.HTTPSConnection(address, timeout=30, context=UNCHECKED)
        if base_url.startswith("https")
        else http.client.HTTPConnection(address, timeout=30)
    )
    try:
        yield line
    finally:
        line.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], folder: Path, out: int = subprocess.DEVNULL, **more: str) -> Iterator[psutil.Popen]:
    """A process with nobody's settings of the course, ended at the end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MFA_", "AUTH0_"))}
    process = psutil.Popen(
        command, cwd=ROOT, env={**kept, "TMPDIR": str(folder), **more}, stdout=out, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def waited_for(server: Server, began: float) -> Server:
    """The server when it has given its first 200; `began` is when its process did."""
    while time.perf_counter() < began + 30 and server.process.poll() is None:
        try:
            with connected(server.base_url) as line:
                line.request("GET", DISCOVERY)
                if line.getresponse().status == 200:
                    return server._replace(start=time.perf_counter() - began)
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.002)
    raise SystemExit(f"{server.name} does not answer.")


@contextmanager
def sandbox(folder: Path, policy: bool = True) -> Iterator[Server]:
    """A fresh tenant; without `policy` it asks for no second factor."""
    port = free_port()
    state = Path(tempfile.mkdtemp(dir=folder)) / "tenant.sqlite3"
    command = [sys.executable, "-m", "mfa_helpers.sandbox", "--json", "--open", "--port", str(port)]
    command += ["--state", str(state)]
    began = time.perf_counter()
    with running(command, folder, subprocess.PIPE) as process:
        server = waited_for(Server("sandbox", process, f"http://127.0.0.1:{port}", "/oauth/token"), began)
        ready = json.loads(process.stdout.readline())
        fields = {"grant_type": "password", "scope": "openid"}
        fields |= {name: ready[name] for name in ("username", "password", "client_id", "client_secret", "audience")}
        if not policy:
            with connected(server.base_url) as line:
                body = json.dumps({"settings": {"mfa_policy": []}})
                line.request("POST", "/sandbox/reset", body, {"content-type": "application/json"})
                assert line.getresponse().status == 200
        yield server._replace(fields=fields, ready=ready)


PEER_FIELDS = {
    "grant_type": "password",
    "username": "default@example.com",
    "password": "12345",
    "scope": "openid",
    "client_id": "any",
    "client_secret": "any",
    "audience": "https://api.example.com/",
}


@contextmanager
def mock_server(folder: Path) -> Iterator[Server]:
    port = free_port()
    script = PEERS / "node_modules/oauth2-mock-server/dist/oauth2-mock-server.mjs"
    began = time.perf_counter()
    with running(["node", str(script), "-a", "127.0.0.1", "-p", str(port)], folder) as process:
        server = Server("oauth2-mock-server", process, f"http://127.0.0.1:{port}", "/token", PEER_FIELDS)
        yield waited_for(server, began)


@contextmanager
def simulator(folder: Path) -> Iterator[Server]:
    port = free_port()
    home = folder / "home"
    if not home.exists():
        make_certificate(home / ".simulacrum" / "certs")  # where it looks, and without which it does not start
    began = time.perf_counter()
    with running(["node", str(PEERS / "simulator.cjs"), str(port)], folder, HOME=str(home)) as process:
        server = Server("auth0-simulator", process, f"https://127.0.0.1:{port}", "/oauth/token", PEER_FIELDS)
        yield waited_for(server, began)


SERVERS: list[Callable[[Path], Any]] = [sandbox, mock_server, simulator]


@contextmanager
def bare(folder: Path, like: Server) -> Iterator[Server]:
    """The physical limit of `like`: bare Starlette on the same uvicorn, returning as many bytes with the same status."""
    status, body = like.answer()
    size = len(json.dumps(body, separators=(",", ":")))
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.bare_starlette", str(port), str(size), "--status", str(status)]
    began = time.perf_counter()
    with running(command, folder) as process:
        name = f"bare Starlette, {size} bytes"
        yield waited_for(Server(name, process, f"http://127.0.0.1:{port}", "/oauth/token", like.fields), began)


def install_peers() -> None:
    if not (PEERS / "node_modules").exists():
        if shutil.which("npm") is None:
            raise SystemExit("The peers are npm packages: install Node.js and npm first.")
        print("npm ci: installing the peers", flush=True)
        subprocess.run(["npm", "ci", "--loglevel=error"], cwd=PEERS, check=True, stdout=subprocess.DEVNULL)


def make_certificate(folder: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(2))
    folder.mkdir(parents=True)
    (folder / "localhost.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "localhost-key.pem").write_bytes(pem)


# what is printed


class Verdict(NamedTuple):
    """A figure, and the goal that it has or has not met."""

    what: str
    figure: float
    unit: str
    wanted: str
    met: bool


class Verdicts(list[Verdict]):
    """The goals, told at the end."""

    def add(self, what: str, figure: float, goal: float, *, below: bool = False, unit: str = "x") -> None:
        met = figure < goal if below else figure >= goal
        self.append(Verdict(what, figure, unit, f"{'below' if below else 'at least'} {goal:g} {unit}", met))

    def note(self, what: str, figure: float, unit: str = "x") -> None:
        """A figure without a goal."""
        self.append(Verdict(what, figure, unit, "none", True))

    def tell(self) -> None:
        print("\nGoals")
        for what, figure, unit, wanted, met in self:
            print(f"{'PASS ' if met else 'SHORT'}  {what:62} {figure:8.2f} {unit:6} (goal: {wanted})")


def row(name: str, *cells: str) -> None:
    print(f"  {name:36}" + "".join(f"{cell:>12}" for cell in cells), flush=True)


def ratio(mine: list[float], theirs: list[list[float]], *, more_is_better: bool) -> float:
    """How many times better than the better peer: the median over the rounds."""
    if more_is_better:
        return statistics.median(a / max(others) for a, others in zip(mine, zip(*theirs, strict=True), strict=True))
    return statistics.median(min(others) / a for a, others in zip(mine, zip(*theirs, strict=True), strict=True))


# 1 and 2: start, and memory when idle


def measure_start(folder: Path, times: int, verdicts: Verdicts) -> None:
    print(f"\nProcess start to the first 200 of {DISCOVERY}, {times} fresh processes each")
    row("", "median", "best", "worst")
    taken: dict[str, list[float]] = {}
    for _ in range(times):
        for start in SERVERS:
            with start(folder) as server:
                taken.setdefault(server.name, []).append(server.start)
    for name, values in taken.items():
        row(name, *(f"{of(values):.2f} s" for of in (statistics.median, min, max)))
    mine, *theirs = taken.values()
    verdicts.add("1 start, times faster than the faster peer", ratio(mine, theirs, more_is_better=False), 1)


def measure_memory(folder: Path, verdicts: Verdicts) -> None:
    print("\nMemory (RSS), idle for a second")
    idle = []
    for start in SERVERS:
        with start(folder) as server:
            time.sleep(1)
            idle.append(server.memory())
            row(server.name, f"{idle[-1]:.0f} MB")
    verdicts.add("2 idle memory, times less than the lighter peer", min(idle[1:]) / idle[0], 1)


# 3 and 4: answers a second


class Load(NamedTuple):
    """What one server did in some seconds of load."""

    rate: float
    p50: float
    p99: float
    cpu: float  # milliseconds that the server computed for one answer


def measure_rates(folder: Path, rounds: int, seconds: int, verdicts: Verdicts) -> None:
    press = _wrk if shutil.which("wrk") else _own_load
    tool = "wrk" if press is _wrk else "the generator of this file (wrk is not installed)"
    counts = ", ".join(map(str, CONNECTIONS))
    print(f"\nPassword grant, {rounds} rounds of {seconds} s with {counts} connections kept alive, load from {tool}")
    print("Of each round the best of these counts, for each server its own")
    with ExitStack() as stack:
        mfa = stack.enter_context(sandbox(folder))
        signing = stack.enter_context(sandbox(folder, policy=False))
        peers = [stack.enter_context(start(folder)) for start in SERVERS[1:]]
        status, body = mfa.answer()
        assert (status, body["error"]) == (403, "mfa_required"), body
        for server in (signing, *peers):
            status, body = server.answer()
            assert status == 200 and all(_is_rs256(body[name]) for name in ("access_token", "id_token")), body
        servers = [("sandbox, mfa_required", mfa, 403), ("sandbox, two signatures", signing, 200)]
        servers += [(f"{peer.name}, two signatures", peer, 200) for peer in peers]
        limits = [(stack.enter_context(bare(folder, like)), wanted) for like, wanted in ((mfa, 403), (signing, 200))]
        servers += [(limit.name, limit, wanted) for limit, wanted in limits]
        loads: dict[str, list[Load]] = {name: [] for name, _, _ in servers}
        for _ in range(rounds):
            for name, server, wanted in servers:
                taken = [press(server, wanted, seconds, folder, connections) for connections in CONNECTIONS]
                loads[name].append(max(taken, key=lambda load: load.rate))
        row("", "best", "median", "p50", "p99", "CPU/answer", "RSS after")
        for name, server, _ in servers:
            rates, p50, p99, cpu = zip(*loads[name], strict=True)
            figures = f"{max(rates):.0f}/s", f"{statistics.median(rates):.0f}/s", f"{statistics.median(p50):.1f} ms"
            more = f"{statistics.median(p99):.1f} ms", f"{statistics.median(cpu):.2f} ms", f"{server.memory():.0f} MB"
            row(name, *figures, *more)
    own, _, *other = [statistics.median(load.cpu for load in taken) for taken in loads.values()][: 2 + len(peers)]
    print(f"  mfa_required takes {min(other) / own:.1f} times less computing than the faster peer's tokens")
    mine, signed, *others = ([load.rate for load in taken] for taken in loads.values())
    theirs, (limit_of_mine, limit_of_signed) = others[: len(peers)], others[len(peers) :]
    verdicts.add("3 mfa_required answers, times the faster peer's tokens", ratio(mine, theirs, more_is_better=True), 2)
    verdicts.add("4 token answers, times the faster peer's", ratio(signed, theirs, more_is_better=True), 1)
    for what, limit, taken in (("mfa_required", limit_of_mine, mine), ("tokens", limit_of_signed, signed)):
        verdicts.note(f"  bare Starlette with as many bytes, times {what}", ratio(limit, [taken], more_is_better=True))


def _is_rs256(token: str) -> bool:
    head = token.partition(".")[0]
    return token.count(".") == 2 and json.loads(base64.urlsafe_b64decode(head + "=="))["alg"] == "RS256"


def _wrk(server: Server, wanted: int, seconds: int, folder: Path, connections: int) -> Load:
    script = folder / f"{server.process.pid}.lua"
    script.write_text(
        f'wrk.method = "POST"\nwrk.body = "{urlencode(server.fields)}"\nwrk.headers["Content-Type"] = "{FORM}"\n'
    )
    cpu = server.cpu()
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(script)]
    told = subprocess.run([*command, server.base_url + server.path], capture_output=True, text=True, check=True).stdout
    cpu = server.cpu() - cpu
    total = int(_found(r"(\d+) requests in", told))
    refused = int(_found(r"Non-2xx or 3xx responses: (\d+)", told, "0"))
    if "Socket errors" in told or refused != (0 if wanted == 200 else total):
        raise SystemExit(f"{server.name} did not answer {wanted} throughout:\n{told}")
    return Load(
        float(_found(r"Requests/sec:\s+([\d.]+)", told)),
        _milliseconds(_found(r"\n +50% +(\S+)", told)),
        _milliseconds(_found(r"\n +99% +(\S+)", told)),
        1000 * cpu / total,
    )


def _found(pattern: str, text: str, otherwise: str | None = None) -> str:
    match = re.search(pattern, text)
    if match is None and otherwise is None:
        raise SystemExit(f"wrk said something else than expected:\n{text}")
    return match[1] if match else otherwise or ""


def _milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def _own_load(server: Server, wanted: int, seconds: int, folder: Path, connections: int) -> Load:
    """As wrk does it, in a process of its own."""
    cpu = server.cpu()
    task = {"do": "press", "url": server.base_url, "path": server.path, "fields": server.fields, "seconds": seconds}
    told = _elsewhere({**task, "wanted": wanted, "connections": connections})
    times = sorted(told["times"])
    cpu = server.cpu() - cpu
    return Load(len(times) / seconds, *(1000 * _share(times, share) for share in (0.5, 0.99)), 1000 * cpu / len(times))


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


# 5: latency


def measure_latency(folder: Path, verdicts: Verdicts) -> None:
    print("\nOne request after the other on one connection kept alive, 500 of them")
    row("", "p50", "p99")
    for start in SERVERS:
        with start(folder) as server, connected(server.base_url) as line:
            times = []
            for _ in range(550):
                began = time.perf_counter()
                line.request("POST", server.path, urlencode(server.fields), {"content-type": FORM})
                line.getresponse().read()
                times.append(1000 * (time.perf_counter() - began))
            ordered = sorted(times[50:])
            row(server.name, *(f"{_share(ordered, share):.2f} ms" for share in (0.5, 0.99)))
            if start is sandbox:
                verdicts.add("5 latency p50 of mfa_required", _share(ordered, 0.5), 10, below=True, unit="ms")


# 6: learners at once


def measure_learners(folder: Path, verdicts: Verdicts) -> None:
    print("\nLearners at once, a user each: log in, enroll, confirm, log in, list, challenge, complete")
    row("", "flows", "errors", "flows/s", "p50", "p99", "server CPU", "client CPU")
    errors = 0
    with sandbox(folder) as server:
        first = {"do": "learn", "url": server.base_url, "fields": server.fields, "learners": 1}
        _elsewhere({**first, "users": add_users(server, 1, "first")})  # the first mail loads what mails are made with
        for learners in LEARNERS:
            flows = max(100, 2 * learners)
            users = add_users(server, flows, f"{learners}-learners")
            cpu = server.cpu()
            told = _elsewhere({**first, "users": users, "learners": learners})
            cpu = (server.cpu() - cpu) / told["seconds"]
            times = sorted(told["times"])
            errors += len(told["errors"])
            row(
                f"{learners} learners",
                *(str(len(times)), str(len(told["errors"])), f"{len(times) / told['seconds']:.1f}"),
                *(f"{_share(times, share):.2f} s" if times else "-" for share in (0.5, 0.99)),
                f"{cpu:.0%}",
                f"{told['cpu'] / told['seconds']:.0%}",
            )
            for text in dict.fromkeys(told["errors"]):
                print(f"    {text}")
    verdicts.add("6 errors of learners at once", errors, 1, below=True, unit="errors")


def add_users(server: Server, count: int, domain: str) -> list[str]:
    """Users made over the Management API, all with the tenant's own password. Their addresses."""
    ready = server.ready
    issuer = server.base_url + "/"
    addresses = [f"learner-{number}@{domain}.example.com" for number in range(count)]
    with connected(server.base_url) as line:

        def post(path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
            line.request("POST", path, json.dumps(body), {"content-type": "application/json", **headers})
            response = line.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
            assert response.status in (200, 201), answer
            return answer

        credentials = {name: ready[f"management_{name}"] for name in ("client_id", "client_secret")}
        grant = {"grant_type": "client_credentials", "audience": issuer + "api/v2/", **credentials}
        token = post("/oauth/token", grant)["access_token"]
        for address in addresses:
            user = {"email": address, "password": ready["password"], "email_verified": False}
            user["connection"] = "Username-Password-Authentication"
            post("/api/v2/users", user, authorization=f"Bearer {token}")
    return addresses


# what runs in a process of its own, so that the load is not made where it is measured


def _elsewhere(task: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.sandbox", "--task"],
        input=json.dumps(task),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


class Line:
    """One HTTP connection that is kept alive, on asyncio."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    async def __aenter__(self) -> Line:
        context = UNCHECKED if self._url.scheme == "https" else None
        self._reader, self._writer = await asyncio.open_connection(self._url.hostname, self._url.port, ssl=context)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    def packed(self, method: str, path: str, body: str = "", kind: str = FORM, token: str = "") -> bytes:
        head = f"{method} {path} HTTP/1.1\r\nhost: {self._url.netloc}\r\n"
        head += f"content-type: {kind}\r\ncontent-length: {len(body)}\r\n" if body else ""
        head += f"authorization: Bearer {token}\r\n" if token else ""
        return f"{head}\r\n{body}".encode()

    async def ask(self, packed: bytes) -> tuple[int, bytes]:
        self._writer.write(packed)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = re.search(rb"\ncontent-length: *(\d+)", head)
        return int(head[9:12]), await self._reader.readexactly(int(length[1]) if length else 0)

    async def json(self, wanted: int, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """The body of an answer. Raises `RuntimeError` if its status is another one."""
        packed = self.packed(method, path, json.dumps(body) if body else "", "application/json", token)
        status, answer = await self.ask(packed)
        if status != wanted:
            raise RuntimeError(f"{method} {path.partition('?')[0]}: {status} {answer[:120]!r}")
        return json.loads(answer)


async def press(task: dict[str, Any]) -> dict[str, Any]:
    """Ask the same again and again on several connections."""
    times: list[float] = []
    until = time.perf_counter() + task["seconds"]

    async def one() -> None:
        async with Line(task["url"]) as line:
            packed = line.packed("POST", task["path"], urlencode(task["fields"]))
            while (began := time.perf_counter()) < until:
                status, body = await line.ask(packed)
                assert status == task["wanted"], body
                times.append(time.perf_counter() - began)

    await asyncio.gather(*(one() for _ in range(task["connections"])))
    return {"times": times}


async def learn(task: dict[str, Any]) -> dict[str, Any]:
    """Take the users one by one through the whole of it, so many at once."""
    users = iter(task["users"])
    times: list[float] = []
    errors: list[str] = []

    async def learner() -> None:
        async with Line(task["url"]) as line:
            for user in users:
                began = time.perf_counter()
                try:
                    await flow(line, task["fields"], user)
                    times.append(time.perf_counter() - began)
                except RuntimeError as fault:
                    errors.append(str(fault))

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(learner() for _ in range(task["learners"])))
    return {"times": times, "errors": errors, "seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}


async def flow(line: Line, fields: dict[str, str], user: str) -> None:
    """What a learner does, from the first log-in to the tokens of the second."""
    application = {name: fields[name] for name in ("client_id", "client_secret")}

    async def log_in() -> str:
        token: str = (await line.json(403, "POST", "/oauth/token", {**fields, "username": user}))["mfa_token"]
        return token

    async def complete(mfa_token: str, oob_code: str) -> None:
        mails = await line.json(200, "GET", f"/sandbox/inbox?{urlencode({'to': user})}")
        body = {"grant_type": "http://auth0.com/oauth/grant-type/mfa-oob", "mfa_token": mfa_token, **application}
        body |= {"oob_code": oob_code, "binding_code": mails[0]["code"]}
        tokens = await line.json(200, "POST", "/oauth/token", body)
        assert tokens["access_token"] and tokens["id_token"]

    token = await log_in()
    enrollment = {"authenticator_types": ["oob"], "oob_channels": ["email"], "email": user}
    await complete(token, (await line.json(200, "POST", "/mfa/associate", enrollment, token))["oob_code"])
    token = await log_in()
    rows = await line.json(200, "GET", "/mfa/authenticators", token=token)
    chosen = next(row["id"] for row in rows if row["active"] and row["authenticator_type"] == "oob")
    challenge = {"challenge_type": "oob", "authenticator_id": chosen, "mfa_token": token, **application}
    await complete(token, (await line.json(200, "POST", "/mfa/challenge", challenge))["oob_code"])


def main() -> None:
    if sys.argv[1:] == ["--task"]:
        task = json.load(sys.stdin)
        json.dump(asyncio.run({"press": press, "learn": learn}[task["do"]](task)), sys.stdout)
        return
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.sandbox")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=4, help="turns of load for each server (default: 4)")
    parser.add_argument("--seconds", type=int, default=3, help="length of one load (default: 3)")
    parser.add_argument("--starts", type=int, default=5, help="fresh processes of each server (default: 5)")
    asked = parser.parse_args()
    parts = asked.parts or PARTS
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    began = time.perf_counter()
    python = sys.version.split()[0]
    print(f"{os.cpu_count()} cores, Python {python}; other work at the start: load {os.getloadavg()[0]:.1f}")
    measure(parts, asked.rounds, asked.seconds, asked.starts).tell()
    print(f"{time.perf_counter() - began:.0f} s")


def measure(parts: Iterable[str] = PARTS, rounds: int = 4, seconds: int = 3, starts: int = 5) -> Verdicts:
    """Those parts, printed on the way; and which goals they meet."""
    if set(parts) - {"learners"}:
        install_peers()
    verdicts = Verdicts()
    with tempfile.TemporaryDirectory(prefix="mfa-bench-") as name:
        folder = Path(name)
        if "start" in parts:
            measure_start(folder, starts, verdicts)
        if "memory" in parts:
            measure_memory(folder, verdicts)
        if "rate" in parts:
            measure_rates(folder, rounds, seconds, verdicts)
        if "latency" in parts:
            measure_latency(folder, verdicts)
        if "learners" in parts:
            measure_learners(folder, verdicts)
    return verdicts


if __name__ == "__main__":
    main()
