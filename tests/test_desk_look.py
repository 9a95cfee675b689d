"""The desk wears the site's colours and letters: desk.css repeats what it cannot link, and repeats it truly."""

import re
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
BASE = (STATIC / "css/base.css").read_text()
DESK = (STATIC / "admin_site/desk.css").read_text()


def pairs(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (light-dark\(#\w+, #\w+\));", css))


def test_colours_are_those_of_the_site_in_light_and_dark():
    assert pairs(DESK) == pairs(BASE)
    assert len(pairs(DESK)) > 15


def test_faces_are_those_of_the_site():
    def faces(css: str) -> set[str]:
        found = re.findall(r"@font-face \{(.*?)\}", css, re.DOTALL)
        return {re.sub(r"font-display: \w+;", "", " ".join(face.split())) for face in found if "woff2" in face}

    assert faces(DESK) == faces(BASE)
    assert len(faces(DESK)) == 4


def test_nothing_is_loaded_from_elsewhere():
    assert not re.search(r"https?:|//|@import", re.sub(r"/\*.*?\*/", "", DESK, flags=re.DOTALL))
