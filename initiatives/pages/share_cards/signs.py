"""The signs of statuses as shapes, the same as on pages: templates/charts/_signs.html has them for tracks."""

import math
from enum import StrEnum

from PIL import ImageDraw


class Sign(StrEnum):
    """A waxing moon, from announced to in force; completed and withdrawn have their own shapes."""

    UNKNOWN = ""
    ANNOUNCED = "announced"
    IN_PREPARATION = "in_preparation"
    ADOPTED = "adopted"
    IN_FORCE = "in_force"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


# The site's name sign: the way from words to facts.
NAME_SIGN = (Sign.ANNOUNCED, Sign.IN_PREPARATION, Sign.ADOPTED, Sign.IN_FORCE)

# In units of a sixth of a moon's radius: the width of its line, and the radius that contains every sign.
_LINE = 1.6
REACH = 8.3


def draw_sign(pen: ImageDraw.ImageDraw, sign: Sign, x: float, y: float, unit: float, ink: str) -> None:
    """Draw a sign around a point; `unit` is a sixth of the radius of a moon."""

    def box(width: float, height: float) -> tuple[float, float, float, float]:
        return (x - width * unit, y - height * unit, x + width * unit, y + height * unit)

    def disc(radius: float) -> None:
        pen.ellipse(box(radius, radius), fill=ink)

    def ring(radius: float) -> None:
        outer = radius + _LINE / 2
        pen.ellipse(box(outer, outer), outline=ink, width=max(1, round(_LINE * unit)))

    def stroke(*ends: float) -> None:
        left, top, right, bottom = (end * unit for end in ends)
        pen.line((x + left, y + top, x + right, y + bottom), fill=ink, width=max(1, round(1.8 * unit)))

    match sign:
        case Sign.UNKNOWN:
            for dot in range(10):
                angle, half = dot * math.pi / 5, _LINE / 2 * unit
                at_x, at_y = x + 6 * unit * math.cos(angle), y + 6 * unit * math.sin(angle)
                pen.ellipse((at_x - half, at_y - half, at_x + half, at_y + half), fill=ink)
        case Sign.IN_FORCE:
            disc(6 + _LINE / 2)
        case Sign.COMPLETED:
            ring(7.5)
            disc(4.5)
        case Sign.WITHDRAWN:
            ring(7)
            stroke(-3, -3, 3, 3)
            stroke(-3, 3, 3, -3)
        case _:
            ring(6)
            if sign != Sign.ANNOUNCED:
                pen.pieslice(box(6, 6), -90, 90, fill=ink)
            if sign == Sign.ADOPTED:
                pen.ellipse(box(3, 6), fill=ink)
