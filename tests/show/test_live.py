"""Outputs that follow: what is shown again, when, and what happens beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from mfa_helpers.show.live import LiveViews
from mfa_helpers.show.text import Words

from ..support.deadline import DEADLINE


class Screen:
    """What a front end has been given: each output by its display ID, and how often it was changed."""

    def __init__(self) -> None:
        self.outputs: dict[str, dict[str, Any]] = {}
        self.kinds: list[dict[str, Any]] = []
        self.updates = 0

    def publish(self, data: dict[str, Any], metadata: Any = None, *, transient: Any = None, **more: Any) -> None:
        self.outputs[(transient or {}).get("display_id", "none")] = data
        self.kinds.append(metadata)
        self.updates += bool(more.get("update"))


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    shell = InteractiveShell.instance()
    screen = Screen()
    monkeypatch.setattr(shell.display_pub, "publish", screen.publish)
    yield screen
    InteractiveShell.clear_instance()


Told = Callable[[], list[str]]


class World:
    """Something that changes."""

    def __init__(self) -> None:
        self.told = "nothing yet"
        self.looks = 0

    def shown(self) -> Words:
        self.looks += 1
        return Words(self.told)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def views(world: World) -> LiveViews:
    return LiveViews(lambda: world.told, still=False)


def test_an_output_is_shown_again_in_its_place_when_something_has_happened(
    screen: Screen, views: LiveViews, world: World
) -> None:
    views.show("wire", world.shown)._ipython_display_()
    ((place, first),) = screen.outputs.items()
    assert first["text/plain"] == "nothing yet" and "nothing yet</pre>" in first["text/html"]
    world.told = "a call"
    views.happened()
    assert list(screen.outputs) == [place] and screen.outputs[place]["text/plain"] == "a call"
    assert screen.updates == 1 and screen.kinds == [{"mfa": "wire"}] * 2


def test_what_would_look_the_same_is_not_sent(screen: Screen, views: LiveViews, world: World) -> None:
    views.show("wire", world.shown)._ipython_display_()
    views.happened()
    views.look()
    assert world.looks == 3 and screen.updates == 0


def test_after_a_cell_it_looks_only_if_something_has_happened(screen: Screen, views: LiveViews, world: World) -> None:
    views.show("wire", world.shown)._ipython_display_()
    views.cell_ran()
    views.cell_ran()
    assert world.looks == 2  # once, because nobody had looked before
    world.told = "a call"
    views.cell_ran()
    assert world.looks == 3 and screen.updates == 1


def test_a_cell_that_runs_again_has_one_output(screen: Screen, views: LiveViews, world: World) -> None:
    for _ in range(3):
        views.show("wire", world.shown)._ipython_display_()
    world.told = "a call"
    views.happened()
    assert screen.updates == 1


def test_a_view_that_fails_stays_as_it_was_and_holds_up_no_other(
    screen: Screen, views: LiveViews, world: World, failed_looks: list[str]
) -> None:
    def fails() -> Words:
        if world.told != "nothing yet":
            raise ConnectionError("gone")
        return Words("fine")

    views.show("first", fails)._ipython_display_()
    views.show("second", world.shown)._ipython_display_()
    world.told = "a call"
    views.happened()
    assert [one["text/plain"] for one in screen.outputs.values()] == ["fine", "a call"]
    assert failed_looks == ["gone"]
    failed_looks.clear()


def test_while_one_thread_looks_another_goes_on_and_its_news_is_looked_at(views: LiveViews, world: World) -> None:
    begun, may_end = threading.Event(), threading.Event()
    seen: list[str] = []

    def slow() -> None:
        seen.append(world.told)
        begun.set()
        assert may_end.wait(DEADLINE)

    views.register("slow", slow)
    looker = threading.Thread(target=views.look)
    looker.start()
    assert begun.wait(DEADLINE)
    world.told = "a call"
    views.cell_ran()  # would wait for ever if it waited
    may_end.set()
    looker.join(DEADLINE)
    assert not looker.is_alive() and seen[0] == "nothing yet" and seen[-1] == "a call"


def test_what_happened_here_is_news_for_others_and_a_look_is_not(views: LiveViews, world: World) -> None:
    told: list[bool] = []
    views.tell = told.append
    views.happened()
    views.look()
    views.cell_ran()
    assert told == [True, False]
    world.told = "a call"
    views.cell_ran()
    assert told == [True, False, True]


def test_what_a_view_notes_while_it_is_shown_is_shown_too(screen: Screen, views: LiveViews, world: World) -> None:
    def notes() -> Words:
        if world.told == "a call":
            world.told = "a call and its checkpoint"
            views.happened()  # which does not begin again
        return Words("noted")

    views.show("header", world.shown)._ipython_display_()
    views.show("checkpoint", notes)._ipython_display_()
    world.told = "a call"
    views.happened()
    assert [one["text/plain"] for one in screen.outputs.values()] == ["a call and its checkpoint", "noted"]


def test_what_a_look_has_noted_is_news(views: LiveViews, world: World) -> None:
    told: list[bool] = []

    def notes() -> None:
        if world.told == "a call":
            world.told = "a call and its checkpoint"
            views.happened()

    views.tell = told.append
    views.register("checkpoint", notes)
    world.told = "a call"
    views.look()
    views.look()
    assert told == [True, False]


def test_an_interrupt_that_comes_late_leaves_the_look_of_another_thread_alone(
    views: LiveViews, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()
    looks: list[str] = []

    def slow() -> None:
        looks.append("look")
        begun.set()
        assert may_end.wait(DEADLINE)

    views.register("slow", slow)
    other = threading.Thread(target=views.look)
    goes_on = views._goes_on

    def interrupted() -> bool:
        monkeypatch.setattr(views, "_goes_on", goes_on)
        views._looker = None  # it has nothing more to do
        other.start()
        assert begun.wait(DEADLINE)
        raise KeyboardInterrupt

    monkeypatch.setattr(views, "_goes_on", interrupted)
    with pytest.raises(KeyboardInterrupt):
        views.look()
    views.look()  # the other thread's turn
    assert looks == ["look"]
    may_end.set()
    other.join(DEADLINE)
    assert looks == ["look", "look"]


def test_a_page_that_was_reloaded_gets_everything_once_more(screen: Screen, views: LiveViews, world: World) -> None:
    views.show("wire", world.shown)._ipython_display_()
    sent: list[tuple[str, str]] = []
    views.reloaded(lambda cell, name, bundle: sent.append((name, bundle["text/plain"])))
    assert sent == [("wire", "nothing yet")]
    world.told = "a call"
    views.happened()
    assert sent == [("wire", "nothing yet"), ("wire", "a call")]


def test_with_nobody_in_front_an_output_is_the_cells_result_and_stays(screen: Screen, world: World) -> None:
    views = LiveViews(lambda: world.told, still=True)
    view = views.show("wire", world.shown)
    with pytest.raises(NotImplementedError):  # by which IPython knows that it is to show the bundle itself
        view._ipython_display_()
    assert view._repr_mimebundle_()["text/plain"] == repr(view) == "nothing yet"
    world.told = "a call"
    views.happened()
    views.cell_ran()
    assert screen.outputs == {}
