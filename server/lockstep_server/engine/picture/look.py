"""How a picture looks, on light ground and on dark."""

from .arranging import NAME, SMALL

# For each style the border and the ground of a box: on light ground, on dark ground.
_STYLES = {
    "plain": (("#71717a", "#fafafa"), ("#a1a1aa", "#27272a")),
    "danger": (("#dc2626", "#fef2f2"), ("#f87171", "#3b1515")),
    "success": (("#16a34a", "#f0fdf4"), ("#4ade80", "#12301c")),
    "info": (("#2563eb", "#eff6ff"), ("#60a5fa", "#172544")),
    "dark": (("#27272a", "#e4e4e7"), ("#e4e4e7", "#3f3f46")),
    "warning": (("#d97706", "#fffbeb"), ("#fbbf24", "#3a2a0a")),
    "workflow": (("#7c3aed", "#f5f3ff"), ("#a78bfa", "#2a1f4a")),
}
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
_GROUND = ("#ffffff", "#18181b")
_TEXT = ("#18181b", "#f4f4f5")
_MUTED = ("#52525b", "#b4b4bd")
_LINE = ("#52525b", "#a1a1aa")
_BACK = ("#0f766e", "#5eead4")

ROOT = "lockstep-graph"
"""The class of the whole picture: its rules touch nothing else on a page it stands in."""


def style_sheet() -> str:
    """The rules. Colours are written out: not every program that shows SVG knows variables."""
    dark = "\n".join(f"  {rule}" for rule in _colours(1))
    return "\n".join(
        [
            f".{ROOT} text {{ font: {SMALL:g}px {_FONT}; }}",
            f".{ROOT} .name {{ font-size: {NAME:g}px; font-weight: 600; }}",
            f".{ROOT} .box text, .{ROOT} .label text {{ text-anchor: middle; }}",
            f".{ROOT} .loop text {{ text-anchor: start; }}",
            f".{ROOT} .box rect {{ stroke-width: 1.5; }}",
            f".{ROOT} .first rect {{ stroke-width: 3; }}",
            f".{ROOT} .retired .inner {{ fill: none; stroke-width: 1; }}",
            f".{ROOT} .workflow rect {{ stroke-dasharray: 6 3; }}",
            f".{ROOT} .way {{ fill: none; stroke-width: 1.5; }}",
            f".{ROOT} .trigger, .{ROOT} .to-workflow {{ stroke-dasharray: 5 4; }}",
            f".{ROOT} .label .triggered {{ font-style: italic; }}",
            *_colours(0),
            f"@media (prefers-color-scheme: dark) {{\n{dark}\n}}",
        ]
    )


def _colours(ground: int) -> list[str]:
    rules = [
        f".{ROOT} .ground, .{ROOT} .label rect {{ fill: {_GROUND[ground]}; }}",
        f".{ROOT} text {{ fill: {_TEXT[ground]}; }}",
        f".{ROOT} .muted {{ fill: {_MUTED[ground]}; }}",
        f".{ROOT} .way {{ stroke: {_LINE[ground]}; }}",
        f".{ROOT} .head, .{ROOT} .origin {{ fill: {_LINE[ground]}; }}",
        f".{ROOT} .way.back {{ stroke: {_BACK[ground]}; }}",
        f".{ROOT} .head.back {{ fill: {_BACK[ground]}; }}",
    ]
    for name, colours in _STYLES.items():
        border, inside = colours[ground]
        rules.append(f".{ROOT} .{name} rect {{ stroke: {border}; fill: {inside}; }}")
    return rules
