"""The deployer's brand on the pages: name, logo, colour, support contact. Pure.

A colour needs enough contrast with white (WCAG 2.1, 1.4.3 and 1.4.11): buttons have white labels on it, and links and
lines have it on white.
"""

import re
from dataclasses import dataclass

AA = 4.5
"""The least contrast of text at level AA (WCAG 2.1, 1.4.3)."""

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


class IllegibleColourError(ValueError):
    """A colour without enough contrast, or no colour. The message is for the deployer."""


def check_colour(colour: str) -> None:
    """Raise IllegibleColourError unless white on this colour, and this colour on white, can be read."""
    if not _COLOUR.fullmatch(colour):
        raise IllegibleColourError(f"BrandColour {colour!r} is not a colour: write it as # and six hexadecimal digits.")
    contrast = contrast_with_white(colour)
    if contrast < AA:
        raise IllegibleColourError(
            f"BrandColour {colour} has a contrast of {_truncated(contrast)}:1 with white. WCAG 2.1 level AA, which "
            f"Sage requires, asks for {AA}:1 at least: choose a darker colour."
        )


def contrast_with_white(colour: str) -> float:
    """Return the contrast ratio, 1 to 21, of `#rrggbb` with white."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(channel: float) -> float:
    # 0.04045 is sRGB's threshold. WCAG 2.1 prints 0.03928; for 8-bit channels the result is the same.
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - see above


def _truncated(ratio: float) -> float:
    """Cut to two decimals: 4.499 must not be shown as 4.5, which would pass."""
    return int(ratio * 100) / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """The deployer's brand. An empty name, logo or contact is left out of the pages."""

    name: str
    logo_url: str
    colour: str
    support: str
    """An email address, an http(s) URL, or a telephone number."""

    @property
    def support_link(self) -> str:
        """Return the URL behind the support contact."""
        if self.support.startswith(("https://", "http://")):
            return self.support
        if "@" in self.support:
            return f"mailto:{self.support}"
        # In "+44 (0)20" the zero is not dialled after the country code.
        return "tel:" + re.sub(r"\(0\)|[^0-9+]", "", self.support)

    @property
    def support_text(self) -> str:
        """Return the text of the support contact."""
        return self.support.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
