"""The learner's path: which notebook this is, what is held, how long it takes, and what comes next."""

from __future__ import annotations

from ..client.lifetimes import minutes
from ..learner.email_steps import EmailSteps
from ..learner.session import chose_another
from ..outline import BY_TOPIC, NEEDS, NOTEBOOKS, Notebook
from ..show.html import Html
from ..show.text import Words
from ..storage.progress import Progress

#: The notebooks from the password to the tokens.
SPINE = tuple(one for one in NOTEBOOKS if one.number <= BY_TOPIC["challenge"].number)

_ANOTHER = "you chose another tenant in notebook 00, and to use it here, click Run all"


def next_notebook(topic: str) -> Notebook | None:
    """The one after this; `None` after the last."""
    place = NOTEBOOKS.index(BY_TOPIC[topic])
    return NOTEBOOKS[place + 1] if place + 1 < len(NOTEBOOKS) else None


def link(notebook: Notebook) -> Html:
    """A link to `notebook`, which works in JupyterLab, on GitHub, and in an export."""
    return Html('<a href="{}" style="text-decoration: underline">{} {} →</a>').format(
        notebook.file, notebook.number, notebook.title
    )


def is_done(topic: str) -> bool:
    """Whether this notebook's checkpoint was ever reached."""
    found, _ = Progress().all()
    return topic in found and found[topic].checkpoint is not None


# An HTML export of a learner's notebook has nothing to draw with where there is no network.
_DIAGRAM = ".jp-Mermaid:has(> pre.mermaid):not(.jp-RenderedMermaid)"
_IN_AN_EXPORT = Html(
    f"<style>{_DIAGRAM} {{ display: block }} {_DIAGRAM} > pre {{ display: none }}"
    f" {_DIAGRAM}::before {{ content: 'Drawing the diagram needs a network connection. The text below says the same.' }}</style>"
)


def header(session: EmailSteps, topic: str) -> Words:
    """One line: where you are, what you hold, and how many minutes are left."""
    line = _header(session, topic)
    return line if session.hands_free else Words(line.text, line.html() + _IN_AN_EXPORT)


def _header(session: EmailSteps, topic: str) -> Words:
    here = BY_TOPIC[topic]
    parts = [f"{here.number} {here.title}", _place(here)]
    if session.hands_free:  # for a reader without a kernel
        needs = ", ".join(NEEDS[need] for need in here.needs)
        parts += [*([f"you need: {needs}"] if needs else []), f"about {here.minutes} minutes"]
        return _line(parts)
    if chose_another(session):
        return _line([*parts, _ANOTHER])
    parts.append(f"you hold: {', '.join(held(session))}")
    if is_done(topic):
        following = next_notebook(topic)
        return _line([*parts, "done here"], None if following is None else following)
    return _line([*parts, _left(here)])


def held(session: EmailSteps) -> list[str]:
    """What the learner has, each with its time; at least the tenant."""
    return [with_time(session, need) for need in NEEDS if session.has(need)] or ["a tenant"]


def with_time(session: EmailSteps, need: str) -> str:
    """`need` in words, and how long it is good if it has an end."""
    left = session.seconds_left(need)
    return NEEDS[need] if left is None else f"{NEEDS[need]} ({minutes(left)} left)"


def changes_in(session: EmailSteps) -> float | None:
    """Seconds until another minute of something held is over; `None` if nothing held has an end."""
    lefts = [session.seconds_left(need) for need in NEEDS]
    ends = [left % 60 + 1 for left in lefts if left is not None]
    return min(ends, default=None)


def _place(here: Notebook) -> str:
    if here in SPINE:
        return f"step {SPINE.index(here) + 1} of {len(SPINE)}"
    return f"notebook {NOTEBOOKS.index(here) + 1} of {len(NOTEBOOKS)}"


def _left(here: Notebook) -> str:
    if here not in SPINE or here is SPINE[-1]:
        return f"about {here.minutes} minutes left"
    found, _ = Progress().all()
    open_ones = [one for one in SPINE if one.topic not in found or found[one.topic].checkpoint is None]
    return f"about {here.minutes} minutes left in this notebook, {sum(one.minutes for one in open_ones)} until the end of 05"


def _line(parts: list[str], following: Notebook | None = None) -> Words:
    first, *others = parts
    text = " · ".join([*parts, *([f"next: {following.number} {following.title}"] if following else [])])
    marked_up = Html(" · ").join([Html("<strong>{}</strong>").format(first), *map(Html.escape, others)])
    if following:
        marked_up += Html(" · next: {}").format(link(following))
    return Words(text, Html('<p style="margin: 0; line-height: 1.5">{}</p>').format(marked_up))
