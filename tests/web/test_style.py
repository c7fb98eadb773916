"""The look, as far as it can be counted: contrast in every theme, our own colours and typeface, licences beside."""

import re

import pytest

from qbank import resources

CSS = (resources.static() / "css" / "qbank.css").read_text()
THEMES = {
    name: dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", body))
    for name, body in re.findall(
        r"@mixin ([a-z-]+) \{(.*?)\n\}", (resources.static() / "scss" / "_themes.scss").read_text(), flags=re.DOTALL
    )
}
BASES = {
    "light": "light",
    "dark": "dark",
    "more-contrast-light": "light",
    "more-contrast-dark": "dark",
    "paper": "light",
}
TEXT = [
    ("ink", "paper"),
    ("ink", "leaf"),
    ("ink-soft", "paper"),
    ("ink-soft", "leaf"),
    ("link", "paper"),
    ("visited", "paper"),
    ("accent", "paper"),
    ("accent-deep", "paper"),
    ("accent-deep", "accent-wash"),
    ("ink", "accent-wash"),
    ("on-accent", "accent"),
    ("warm", "warm-wash"),
    ("ink", "warm-wash"),
    ("error", "paper"),
    ("error", "error-wash"),
    ("focus-ink", "focus"),
]


def theme(name):
    return THEMES[BASES[name]] | THEMES[name]


def luminance(colour):
    """Relative luminance of an sRGB colour. Source: WCAG 2.2, definition of relative luminance."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", BASES)
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_every_text_stands_out_from_its_ground_in_every_theme(name, text, ground):
    colours = theme(name)

    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("name", BASES)
def test_the_border_of_a_field_stands_out_in_every_theme(name):
    colours = theme(name)

    assert contrast(colours["control"], colours["paper"]) >= 3


@pytest.mark.parametrize("name", ["more-contrast-light", "more-contrast-dark"])
def test_who_asks_for_more_contrast_gets_it(name):
    colours = theme(name)

    assert contrast(colours["ink"], colours["paper"]) >= 18
    assert contrast(colours["ink-soft"], colours["paper"]) >= 7
    assert contrast(colours["rule"], colours["paper"]) >= 7


@pytest.mark.parametrize("theirs", ["GDS Transport", "crown", "govuk-crest", "govuk-header"])
def test_the_typeface_and_the_signs_are_our_own(theirs):
    assert theirs not in CSS


def test_every_colour_of_a_theme_is_in_the_built_style_sheet():
    built = {f"--{name}: " for colours in THEMES.values() for name in colours}

    assert {name for name in built if name.strip() not in CSS and name.replace(": ", ":") not in CSS} == set()


def test_nothing_is_fetched_from_elsewhere():
    fetched = re.findall(r"url\(([^)]*)\)", CSS)

    assert fetched
    assert [one for one in fetched if "//" in one or not one.strip("\"'").startswith(("../fonts/", "data:"))] == []


def test_every_font_is_there_with_its_licence():
    fonts = {name.strip("\"'").removeprefix("../fonts/") for name in re.findall(r"url\(([^)]*woff2[\"']?)\)", CSS)}

    assert fonts == {path.name for path in (resources.static() / "fonts").iterdir()}
    assert (
        "SIL OPEN FONT LICENSE"
        in (resources.static() / "licences" / "atkinson-hyperlegible-next.txt").read_text().upper()
    )
    assert "MIT License" in (resources.static() / "licences" / "govuk-frontend.txt").read_text()
