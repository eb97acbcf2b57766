"""The command that says which errors of notebook 10 stand in a version of the page, tried on small pages of our own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from mfa_helpers.lessons.errata import COMPARED, ERRATA
from mfa_helpers.lessons.errata.__main__ import main
from mfa_helpers.lessons.errata.check import TITLE, Check
from mfa_helpers.lessons.errata.page import SAMPLES
from mfa_helpers.lessons.errata.page_text import PageText

from ..support import official_page
from ..support.official_page import PIECES, markdown, plain_text

FIXED = {one.title for one in ERRATA if one.gone}
STANDING = [one.title for one in ERRATA if not one.gone]


def standing(text: str) -> set[str]:
    return {one.title for one, _ in Check(PageText(text)).standing}


def lines_of(text: str) -> dict[str, tuple[int, ...]]:
    return {one.title: lines for one, lines in Check(PageText(text)).standing}


def test_the_small_page_has_a_piece_for_each_error_which_has_no_other() -> None:
    assert set(PIECES) == {one.title for one in ERRATA} and official_page.TITLE == TITLE
    for title in PIECES:
        assert standing(markdown(set(PIECES) - {title})) == {title}


@pytest.mark.parametrize("write", [markdown, plain_text])
def test_a_page_with_exactly_the_errors_of_the_records_is_what_the_notebook_says(
    write: type[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page").write_text(write(FIXED), "utf-8")
    assert main([str(tmp_path / "page")]) == 0
    said = capsys.readouterr().out
    assert "The notebook matches this page." in said and "though the notebook" not in said
    judged = [title for title in STANDING if re.search(rf"^  {re.escape(title)}: line", said, flags=re.M)]
    unseen = said.partition("can't be judged")[2]
    assert [title for title in STANDING if title not in judged and title not in unseen] == []
    assert ("Misspelled links" in unseen) == (write is plain_text)


@pytest.mark.parametrize("title", STANDING)
def test_one_error_that_does_not_stand_any_more_makes_the_notebook_untrue(
    title: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.md").write_text(markdown({*FIXED, title}), "utf-8")
    assert main([str(tmp_path / "page.md")]) == 1
    said = capsys.readouterr().out
    assert re.search(rf"aren't on this page, though .* \(1\):\n  {re.escape(title)}: line.* in the notebook", said)
    assert "The notebook doesn't match this page." in said and "mfa_helpers/lessons/errata/page.py" in said


@pytest.mark.parametrize("title", sorted(FIXED))
def test_an_error_that_is_back_makes_the_notebook_untrue(
    title: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.md").write_text(markdown(FIXED - {title}), "utf-8")
    assert main([str(tmp_path / "page.md")]) == 1
    assert re.search(
        rf"Errors that are on this page, though .* \(1\):\n  {re.escape(title)}: line", capsys.readouterr().out
    )


def test_a_page_with_everything_fixed_and_records_that_say_so_is_true() -> None:
    fixed = [replace(one, gone=COMPARED) for one in ERRATA]
    check = Check(PageText(markdown(set(PIECES))), fixed)
    # Without any sample, a text may lack them all; with one, the page is Markdown, and they are gone.
    assert check.is_true and check.standing == []
    check = Check(PageText(markdown(set(PIECES)) + "```\nx\n```\n"), fixed)
    assert check.is_true and check.absent == fixed and check.unseen == []
    assert not Check(PageText(markdown()), fixed).is_true


def test_it_does_not_matter_how_the_page_is_written() -> None:
    text = markdown(FIXED)
    prose = [piece for piece in PIECES.values() if ":\n" not in piece]
    others = {
        "indented samples": re.sub(r"^", "  ", text, flags=re.M),
        "names of themes": re.sub(r"^```(\w+)$", r"```\1 \1 theme={null}", text, flags=re.M),
        "tildes": text.replace("```", "~~~"),
        "texts of MDX": re.sub(r"^```(\w+)\n(.*?)\n```$", r"export const \1 = `\2`;", text, flags=re.M | re.S),
        "entities": text.replace('"', "&quot;").replace("'", "&#39;"),
        "tags": re.sub(r"`(\w+)`", r"<code>\1</code>", text),
        "escaped underscores": "\n".join(
            line.replace("_", r"\_") if line in prose else line for line in text.splitlines()
        ),
        "curved quotation marks": text.replace("you'll", "you’ll"),
        "short lines": "\n".join(
            line.replace(" ", "\n") if line in prose and "<" not in line else line for line in text.splitlines()
        ),
    }
    for how, other in others.items():
        assert standing(other) == set(STANDING), how


def test_lines_that_moved_are_named_where_they_are_now() -> None:
    before, after = lines_of(markdown()), lines_of(markdown(before="\n" * 40))
    assert after == {title: tuple(line + 40 for line in lines) for title, lines in before.items()}


def test_an_error_that_stands_in_fewer_places_is_told() -> None:
    (one,) = (one for one in ERRATA if one.title == "Missing host")
    said = Check(PageText(markdown(FIXED))).report()
    assert (
        f"Missing host: line {lines_of(markdown(FIXED))['Missing host'][0]} (the notebook names {len(one.lines)})"
        in said
    )


def test_new_lines_of_samples_are_printed_and_change_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = "escape = \x1b[31m" + "long " * 40
    (tmp_path / "page.md").write_text(markdown(FIXED) + f"\nNo sample.\n\n```rust\n{new}\n```\n", "utf-8")
    assert main([str(tmp_path / "page.md")]) == 0
    said = capsys.readouterr().out
    row = re.search(r"^  line \d+: escape = (.*)$", said, flags=re.M)
    assert row and row[1].startswith("�[31mlong long") and row[1].endswith("…") and "No sample." not in said


def test_a_line_of_a_sample_that_the_compared_version_has_is_not_new() -> None:
    text = markdown() + "```ruby\nsome_line = 1\n```\n"
    known = {line.fingerprint for line in PageText(text).samples()}
    assert Check(PageText(text.replace("some_line = 1", "  some_line  =  1")), samples=known).new == []
    (new,) = Check(PageText(text.replace("some_line = 1", "some_line = 2")), samples=known).new
    assert new.words == "some_line = 2" and len(SAMPLES) > 100
    assert all(re.fullmatch(r"[0-9a-f]{8}", one) for one in SAMPLES)


def test_plain_text_that_shows_only_the_samples_in_curl_is_not_taken_for_a_corrected_page() -> None:
    """A browser copies only the tabs that are open."""
    others = {title for title, piece in PIECES.items() if re.match(r"(?!json|bash)\w+:\n", piece)}
    check = Check(PageText(plain_text({*FIXED, *others})))
    assert check.is_true and {one.title for one in check.unseen} == {*others, *FIXED, "Misspelled links"}
    assert Check(PageText(markdown({*FIXED, *others}))).is_true is False


@pytest.mark.parametrize("day", sorted({one.since for one in ERRATA} | {one.gone for one in ERRATA if one.gone}))
def test_an_older_version_is_compared_with_what_the_records_say_of_its_day(
    day: date, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(markdown({one.title for one in ERRATA if not one.stood_on(day)}), "utf-8")
    assert main([str(page), "--as-of", day.isoformat()]) == 0
    said = capsys.readouterr().out
    assert f"about the page as of {day:%B} {day.day}, {day.year}." in said
    for one in ERRATA:
        if not one.stood_on(day):
            assert (
                f"  {one.title}: {'Auth0 fixed this on' if one.gone and one.gone <= day else 'printed since'} " in said
            )
    assert main([str(page), "--as-of", (day - timedelta(days=1)).isoformat()]) == 1


def test_a_day_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["page.md", "--as-of", "yesterday"])
    assert ended.value.code == 2 and "--as-of: write a date such as 20" in capsys.readouterr().err


UNUSABLE = {
    "empty": (b" \n", "is empty."),
    "binary": (b"\x7fELF\xff\xfe\x00\x01", "isn't text in UTF-8."),
    "zeros": (b"# a\0b", "isn't text in UTF-8."),
    "other": (b"# Another page\n\nmfa/associate\n", f"doesn't have the heading “{TITLE}”."),
    "html": (b"\n<!DOCTYPE html>\n<title>Enroll</title>", "is HTML. Save the page's Markdown"),
    "large": (b"a" * 5_000_001, "is too large to be the page."),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_file_that_cannot_be_used_is_told_in_a_sentence(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, said = UNUSABLE[name]
    (tmp_path / name).write_bytes(content)
    assert main([str(tmp_path / name)]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1 and said in told.err


def test_a_folder_or_a_missing_file_is_told_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2 and "is a folder. Name the file" in capsys.readouterr().err
    assert main([str(tmp_path / "none")]) == 2 and "There is no file" in capsys.readouterr().err


def test_the_records_say_since_when_each_error_stood_and_when_it_went() -> None:
    for one in ERRATA:
        assert one.since < (one.gone or COMPARED) <= COMPARED, one.title
        assert len(set(one.lines)) == len(one.lines), one.title
        assert (f"on {one.gone:%B} {one.gone.day}, {one.gone.year}." in one.fixed) if one.gone else one.fixed == ""
