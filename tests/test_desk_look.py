"""The desk wears the site's colours and letters: desk.css repeats what it cannot link, and repeats it truly."""

import re
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
TOKENS = (STATIC / "css/tokens.css").read_text()
BASE = (STATIC / "css/base.css").read_text()
DESK = (STATIC / "admin_site/desk.css").read_text()


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#\w+);", css))


def test_colours_are_those_of_the_site_in_light_and_dark():
    light, rest = TOKENS.split("@media (prefers-color-scheme: dark)")
    light, dark = colours(light), colours(rest.split("@media print")[0])
    pairs = {name: (one, other) for name, one, other in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\);", DESK)}
    assert pairs == {name: (light[name], dark[name]) for name in dark}


def test_faces_are_those_of_the_site():
    def faces(css: str) -> set[str]:
        found = re.findall(r"@font-face \{(.*?)\}", css, re.DOTALL)
        return {re.sub(r"font-display: \w+;", "", " ".join(face.split())) for face in found if "woff2" in face}

    assert faces(DESK) == faces(BASE)
    assert len(faces(DESK)) == 4


def test_nothing_is_loaded_from_elsewhere():
    assert not re.search(r"https?:|//|@import", re.sub(r"/\*.*?\*/", "", DESK, flags=re.DOTALL))
