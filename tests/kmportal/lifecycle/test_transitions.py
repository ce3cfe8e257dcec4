"""Lifecycles as tables: which moves are legal, and for whom."""

import pytest

from kmportal.lifecycle.transitions import Lifecycle, MissingPermission, NotAllowed, Transition, WrongState

DOOR = Lifecycle(
    (
        Transition("open", ("shut",), "open", "house.open", "Open", owner_may=True),
        Transition("shut", ("open",), "shut", "house.shut", "Shut"),
        Transition("lock", ("shut",), "locked", "house.lock", "Lock", needs_note=True),
    )
)


def everything(permission):
    return True


def nothing(permission):
    return False


def test_two_moves_of_one_name_are_refused():
    with pytest.raises(ValueError, match="share a name"):
        Lifecycle((DOOR["open"], DOOR["open"]))


@pytest.mark.parametrize(
    ("state", "has_permission", "is_owner", "names"),
    [
        ("shut", everything, False, ["open", "lock"]),
        ("shut", nothing, True, ["open"]),
        ("shut", nothing, False, []),
        ("open", "house.shut".__eq__, False, ["shut"]),
        ("locked", everything, True, []),
    ],
)
def test_the_buttons_of_a_page_are_the_moves_that_are_possible(state, has_permission, is_owner, names):
    found = DOOR.available(state, has_permission=has_permission, is_owner=is_owner)
    assert [transition.name for transition in found] == names


@pytest.mark.parametrize(
    ("name", "state", "has_permission", "note", "error"),
    [
        ("open", "locked", everything, "", WrongState),
        ("shut", "open", nothing, "", MissingPermission),
        ("lock", "shut", everything, "  ", NotAllowed),
        ("break", "shut", everything, "", KeyError),
    ],
)
def test_an_illegal_move_is_refused_with_its_reason(name, state, has_permission, note, error):
    with pytest.raises(error):
        DOOR.check(name, state, has_permission=has_permission, note=note)


def test_a_legal_move_is_given_back():
    assert DOOR.check("lock", "shut", has_permission=everything, note="Night").target == "locked"
