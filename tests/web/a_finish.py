"""A finish by forms alone: every field of a whole record, posted as a browser would."""

from __future__ import annotations

from datetime import timedelta

from qbank.domain.standards import Level
from qbank.services.starter import starter_plan
from tests.page import Client, Page
from tests.web.an_organisation import NOW, STANDARD

PLAN = starter_plan(STANDARD)
PASS = [each.code for each in PLAN.criteria_of("interview", Level.PASS)]
DISTINCTION = [each.code for each in PLAN.criteria_of("interview", Level.DISTINCTION)]
LATER = NOW + timedelta(hours=4)


def post(client: Client, page: Page, button: str, **filled: object) -> Page:
    """The form with those fields changed; a list is sent as several values."""
    form = page.form(button)
    values = form.fields | filled
    referer = {"Referer": f"{client.app.config['PREFERRED_URL_SCHEME']}://localhost/"}
    return client._page(client.http.post(form.path, data=values, headers=referer, follow_redirects=True))  # noqa: SLF001 - the client follows and judges


def everything(*, met=(*PASS, *DISTINCTION), positions=range(1, 11)) -> dict[str, object]:
    """The fields of a whole record."""
    fields: dict[str, object] = {f"how-{place}": "as written" for place in positions}
    for code in (*PASS, *DISTINCTION):
        fields |= {f"holds-{code}": "yes" if code in met else "no", f"sources-{code}": ["report"]}
        fields |= {f"text-{code}": f"Heard of {code}."}
    return fields


def checked(client: Client, address: str, **fields: object) -> Page:
    return post(client, client.get(address), "Save and check the grade", then="check", **everything() | fields)
