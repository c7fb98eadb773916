"""What every page must be, whatever it says: each fault is a sentence that says how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as WORDING_OF_ERRORS

NEEDS_A_LABEL = frozenset({"input", "select", "textarea"})
NEEDS_NONE = frozenset({"hidden", "submit", "button", "reset", "image"})
POINTS_TO_IDS = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "headers", "list")
LEAKS = frozenset({"None", "Undefined", "[]", "{}", "nan"})
LONGEST_LEAK = max(map(len, LEAKS))
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def parse(html: str) -> tuple[Element, list[str]]:
    """The tree of a page as browsers build it, and every departure from the grammar of HTML."""
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(html)
    lines = html.splitlines()
    faults = [
        f"Line {line}: {WORDING_OF_ERRORS[code] % data} Correct the markup: …{_near(lines, line)}…"
        for (line, _), code, data in parser.errors
    ]
    return tree, faults


def _near(lines: list[str], number: int) -> str:
    return lines[number - 1].strip()[:120] if 0 < number <= len(lines) else ""


def words(element: Element) -> str:
    """The text of an element and all it contains, with single blanks; scripts and templates left out."""
    return " ".join("".join(_text(element)).split())


def _text(element: Element) -> Iterator[str]:
    if element.tag not in {"script", "style", "template"}:
        yield element.text or ""
        for child in element:
            if isinstance(child.tag, str):
                yield from _text(child)
            yield child.tail or ""


def all_of(tree: Element) -> Iterator[Element]:
    """Every element, in order; comments left out."""
    return (element for element in tree.iter() if isinstance(element.tag, str))


def faults(tree: Element) -> Iterator[str]:
    """Everything that is wrong with a page that parses."""
    for check in (
        _headings,
        _language,
        _ids,
        _pointers,
        _labels,
        _scripts,
        _skip_link,
        _pictures,
        _names,
        _forms,
        _leaks,
    ):
        yield from check(tree)


def _headings(tree: Element) -> Iterator[str]:
    first = [words(element) for element in tree.iter("h1")]
    title = words(tree.find(".//title")) if tree.find(".//title") is not None else ""
    if len(first) != 1:
        yield f"There are {len(first)} h1: set `heading` once and let the layout print it."
    elif not title.removeprefix("Error: ").startswith(first[0]):
        yield f"The title {title!r} does not begin with the h1 {first[0]!r}: let both come from `heading`."
    deepest = 0
    for element in all_of(tree):
        if element.tag in HEADINGS:
            level = int(element.tag[1])
            if level > deepest + 1:
                yield f"The heading {words(element)!r} is h{level} after h{deepest}: use h{deepest + 1}."
            deepest = level


def _language(tree: Element) -> Iterator[str]:
    if tree.get("lang") is None:
        yield 'The html element has no language: write <html lang="en-GB">.'


def _ids(tree: Element) -> Iterator[str]:
    count = Counter(element.get("id") for element in all_of(tree) if element.get("id") is not None)
    for name, times in count.items():
        if times > 1:
            yield f"The id {name!r} stands {times} times: give each element its own."
        if not name or name.split() != [name]:
            yield f"The id {name!r} is empty or has blanks: use letters, digits and hyphens."


def _pointers(tree: Element) -> Iterator[str]:
    ids = {element.get("id") for element in all_of(tree)}
    for element in all_of(tree):
        targets = [target for name in POINTS_TO_IDS for target in element.get(name, "").split()]
        link = element.get("href", "")
        if element.tag == "a" and link.startswith("#"):
            targets.append(link[1:])
        for target in targets:
            if target not in ids:
                yield f"A {element.tag} points to {target!r}, which is not on the page: correct the id."


def _labels(tree: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in tree.iter("label") if words(label)}
    inside = {id(field) for label in tree.iter("label") for field in label.iter() if words(label)}
    for field in all_of(tree):
        if field.tag not in NEEDS_A_LABEL or field.get("type") in NEEDS_NONE:
            continue
        if not (
            field.get("id") in labelled
            or id(field) in inside
            or field.get("aria-label")
            or field.get("aria-labelledby")
        ):
            yield f"The field {field.get('name') or field.get('id')!r} has no label: write <label for=…>."


def _scripts(tree: Element) -> Iterator[str]:
    for element in all_of(tree):
        if element.tag == "script" and element.get("src") is None and element.get("type") != "application/json":
            yield "There is a script inside the page: put it in qbank/static/js and load it by src."
        if element.tag == "style" or element.get("style") is not None:
            yield f"The style of {element.tag!r} is inside the page: give it a class and a rule in the style sheet."
        for name in element.keys():  # noqa: SIM118 - an Element is no mapping: it iterates over its children
            if name.startswith("on"):
                yield f"The attribute {name!r} of {element.tag!r} is a script: listen from a file in qbank/static/js."
        for name in ("src", "href", "action"):
            value = element.get(name, "")
            if value.startswith("javascript:"):
                yield f"The {name} of {element.tag!r} is a script: use a button and a file in qbank/static/js."
            if element.tag in {"script", "link", "img"} and "//" in value:
                yield f"The page fetches {value!r} from elsewhere: serve it from qbank/static."


def _skip_link(tree: Element) -> Iterator[str]:
    first = next((a for a in tree.iter("a")), None)
    target = "" if first is None else first.get("href", "")
    mains = list(tree.iter("main"))
    if len(mains) != 1:
        yield f"There are {len(mains)} main elements: the layout has one."
    elif not target.startswith("#") or target[1:] != mains[0].get("id"):
        yield "The first link does not skip to main: begin the body with the skip link of the layout."


def _pictures(tree: Element) -> Iterator[str]:
    for picture in tree.iter("img"):
        if picture.get("alt") is None:
            yield f'The picture {picture.get("src")!r} has no alt: describe it, or write alt="" if it only decorates.'


def _names(tree: Element) -> Iterator[str]:
    for element in all_of(tree):
        if element.tag in {"a", "button"} and not (
            words(element) or element.get("aria-label") or any(one.get("alt") for one in element.iter("img"))
        ):
            yield f"A {element.tag} says nothing: give it words that name the act."
        if element.tag == "table" and element.find(".//th") is None:
            yield "A table has no th: say what its columns are."


def _forms(tree: Element) -> Iterator[str]:
    for form in tree.iter("form"):
        if form.get("method", "get").lower() == "post" and form.find(".//input[@name='csrf_token']") is None:
            yield f"The form to {form.get('action')!r} has no csrf_token: print form.hidden_tag() or csrf_token()."


def _leaks(tree: Element) -> Iterator[str]:
    for element in all_of(tree):
        if _few_words(element) in LEAKS:
            yield f"A {element.tag} shows {words(element)!r}: say in words what is not there."


def _few_words(element: Element) -> str:
    """The words of an element, or only the first of them: enough to know one that says nothing but a leaked value."""
    read = ""
    for text in _text(element):
        read = f"{read}{text}".strip()
        if len(read) > LONGEST_LEAK:
            break
    return read
