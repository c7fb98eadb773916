import pytest
from flask import Flask

from qbank.domain.access import Permission
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
