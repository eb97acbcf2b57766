"""The file of `--seed`: YAML or JSON, and what is said of one that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mfa_helpers.sandbox.hosting import seed_file
from mfa_helpers.sandbox.tenant import seed

TOLD = {"users": [{"email": "grace@example.com", "password": "0123", "factors": [{"type": "email"}]}]}
NO_VALUE = "It has an impossible number or date. If it's text, put it in quotes."
YAML = """# a comment
users:
  - email: grace@example.com
    password: "0123"
    factors:
      - type: email
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("seed.yaml", YAML),
        ("seed.yml", YAML),
        ("seed", YAML),
        ("seed.json", json.dumps(TOLD)),
        ("seed.yaml", json.dumps(TOLD)),
    ],
)
def test_yaml_and_json_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    assert seed_file.read(tmp_path / name) == seed.read(TOLD)


def test_a_mark_at_its_beginning_and_an_empty_file_are_fine(tmp_path: Path) -> None:
    (tmp_path / "seed.yaml").write_bytes(b"\xef\xbb\xbf" + YAML.encode())
    assert seed_file.read(tmp_path / "seed.yaml") == seed.read(TOLD)
    (tmp_path / "seed.yaml").write_text("# nothing yet\n")
    assert seed_file.read(tmp_path / "seed.yaml") == seed.read({})


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("seed.yaml", b"users: [\n  {email: a@example.com\n", "line 3, column 1 isn't valid YAML (expected ',' or '}', but got '<stream end>')."),
        ("seed.yaml", b"users:\n\t- email: x\n", "line 2, column 1 isn't valid YAML (found character '\\t' that cannot start any token)."),
        ("seed.yaml", b"users: \x07", "It isn't valid YAML (unacceptable character #x0007: special characters are not allowed)."),
        ("seed.yaml", b"a: !!python/object:os.system {}", "line 1, column 4 isn't valid YAML (could not determine a constructor for the tag)."),
        ("seed.json", b'{"users": [,]}', "line 1, column 12 isn't valid JSON (Expecting value)."),
        ("seed.yaml", b"\xff\xfe", "the seed must be UTF-8, but byte 1 isn't."),
        ("seed.yaml", b"users:\n  - email: grace\n    password: x", "users[0].email must be an email address, like grace@example.com."),
        ("seed.yaml", b"users:\n  - password: *MYSECRET\n", "line 2, column 15 isn't valid YAML (found undefined alias)."),
        ("seed.yaml", b"users:\n  - password: !MYSECRET x\n", "line 2, column 15 isn't valid YAML (could not determine a constructor for the tag)."),
        ("seed.yaml", b"users:\n  - password: !a!MYSECRET x\n", "line 2, column 15 isn't valid YAML (found undefined tag handle)."),
        ("seed.yaml", b"users:\n  - password: !!int MYSECRET\n", NO_VALUE),
        ("seed.yaml", b"users:\n  - password: !!timestamp MYSECRET\n", NO_VALUE),
        ("seed.yaml", b"users:\n  - password: 2026-02-30\n", NO_VALUE),
        ("seed.yaml", b"users:\n  - password: " + b"9" * 5_000, NO_VALUE),
        ("seed.json", b'{"users": ' + b"9" * 5_000 + b"}", NO_VALUE),
        ("seed.json", b'{"users": [{"email": "a@example.com", "password": "\\ud800"}]}', "users[0].password has half a character (a lone surrogate, such as \\ud800)."),
        ("seed.json", b'{"origins": ["\\ud800"]}', "origins[0] has half a character (a lone surrogate, such as \\ud800)."),
        ("seed.yaml", b"users: []\nsettings: {}\nusers: []\n", "line 3, column 1 isn't valid YAML (one object has the same name twice)."),
        ("seed.json", b'{"users": [{"email": "a@example.com", "password": "a", "password": "b"}]}', "password isn't valid JSON (one object has the same name twice)."),
        ("seed.json", b'{"\\ud800": []}', "The seed has a name that is unknown. Known names: settings, origins, apis, users."),
        ("seed.yaml", b"[" * 5_000, "the seed is nested too deeply."),
        ("seed.json", b"[" * 200_000, "the seed is nested too deeply."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_gets_one_sentence_with_the_place(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(seed.BadSeed) as caught:
        seed_file.read(path)
    assert str(caught.value) == f"{path}: {said}"


def test_a_file_that_is_not_there_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(seed.BadSeed, match=r"none\.yaml: the seed can't be read \(No such file or directory\)\.$"):
        seed_file.read(tmp_path / "none.yaml")
    with pytest.raises(seed.BadSeed, match=r"the seed can't be read \("):
        seed_file.read(tmp_path)
