"""Markdown becomes safe HTML here and nowhere else: one function, one allow-list."""

from __future__ import annotations

from typing import Final

import nh3
from markdown import Markdown
from markupsafe import Markup

LONGEST: Final = 20_000
"""Characters of Markdown that are rendered at most: pathological nesting makes any renderer slow."""

_TAGS: Final = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code"}


def markdown(text: str) -> Markup:
    """The text as HTML that holds nothing but words: no script, image, link, style or raw HTML survives.

    Args:
        text: Markdown as people wrote it; beyond `LONGEST` characters it is shown as plain text.
    """
    if len(text) > LONGEST:
        return Markup("<p>{}</p>").format(text)
    html = Markdown(extensions=["sane_lists"], output_format="html").convert(text)
    return Markup(nh3.clean(html, tags=_TAGS, attributes={}, strip_comments=True))  # noqa: S704 - cleaned on this line


def inline(text: str) -> Markup:
    """One paragraph of Markdown without its paragraph element, for places where only words may stand."""
    html = nh3.clean(markdown(text), tags={"em", "strong", "code"}, attributes={})
    return Markup(html.strip())  # noqa: S704 - cleaned on the line above
