import pytest
from flask import Flask

from qbank.domain.access import Permission
from qbank.domain.errors import NotAllowed
from qbank.web import gate


def an_application(**views):
    app = Flask("example", static_folder=None)
    for name, view in views.items():
        app.add_url_rule(f"/{name}", name, view)
    return app


def test_L9_an_application_with_a_view_without_a_door_does_not_start():
    def forgotten():
        return "everybody sees this"

    with pytest.raises(gate.DoorsMissing, match="forgotten"):
        gate.close(an_application(forgotten=forgotten))


def test_L9_a_view_that_a_library_mounts_needs_a_line_in_the_table():
    app = an_application()
    app.add_url_rule("/verify", "security.verify", lambda: "mounted by a library")

    with pytest.raises(gate.DoorsMissing, match=r"security\.verify"):
        gate.close(app)


def test_an_application_whose_views_all_have_doors_starts():
    @gate.public
    def open_to_all():
        return "hello"

    @gate.allowed(Permission.SEE_STANDARD)
    def guarded():
        return "hello"

    app = an_application(open_to_all=open_to_all, guarded=guarded)

    gate.close(app)

    assert gate.doors(app) == {"guarded": gate.Door(Permission.SEE_STANDARD), "open_to_all": gate.PUBLIC}


def test_L9_a_view_that_is_mounted_after_the_gate_closed_has_no_door_and_is_refused():
    app = an_application()
    gate.close(app)
    app.add_url_rule("/late", "late", lambda: "everybody sees this")

    with app.test_request_context("/late"), pytest.raises(gate.DoorsMissing, match="late was mounted after"):
        gate.door_of("late")


def test_L9_a_public_view_cannot_take_somebody_for_signed_in():
    with an_application().test_request_context("/"):
        assert gate.signed_in_person() is None
        with pytest.raises(NotAllowed, match="Nobody is signed in"):
            gate.current_person()
