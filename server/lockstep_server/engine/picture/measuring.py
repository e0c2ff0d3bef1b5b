"""How much room a text takes. Nobody knows the reader's font, so this is on the safe side."""

import unicodedata

_NARROW = set("iljtfrI.,:;'|!()[] ")
_WIDE = set("mwMW@%&")


def width(text: str, size: float) -> float:
    """The width of ``text`` in a sans-serif font of ``size``, in the unit of ``size``."""
    return size * sum(_em(character) for character in text)


def wrap(text: str, size: float, most: float) -> list[str]:
    """``text`` in lines no wider than ``most``, broken between words where that is possible."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size) <= most:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if lines[-1] and width(lines[-1] + character, size) > most:
                lines.append("")
            lines[-1] += character
    return lines


def shorten(lines: list[str], most: int) -> list[str]:
    """The first ``most`` lines; an ellipsis says that there were more."""
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1].rstrip(",") + " …"]


def _em(character: str) -> float:
    if character in _NARROW:
        return 0.4
    if character in _WIDE:
        return 0.98
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    return 0.72 if character.isupper() else 0.62
