"""Builds the site's font files from their makers' releases: run by script/fonts, explained in docs/fonts.md."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

# Literata has optical sizes from 7 to 72 points; this one is for quotations of 19 to 52 pixels.
LITERATA = {"opsz": 24, "wght": 400}
SANS = {"wght": (400, 700)}
# Licence terms reserve the name "Source" for unchanged releases.
SANS_NAME = "Record Sans"

# English and its neighbours, then letters that Kazakh in Latin script and Turkish add.
LATIN = {
    *range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, "ĞğİıŞşŪū"), 0x152, 0x153, 0x2BB, 0x2BC, 0x2C6, 0x2DA, 0x2DC,
    *range(0x2010, 0x2016), *range(0x2018, 0x201F), 0x2020, 0x2021, 0x2022, 0x2026, 0x202F, 0x2030, 0x2032, 0x2033,
    0x2039, 0x203A, 0x2044, 0x20AC, 0x20B8, 0x2116, 0x2122, *range(0x2190, 0x2194), 0x2212, 0x2248, 0x2260, 0x2264,
    0x2265,
}  # fmt: skip
# Russian and its neighbours, then letters that Kazakh, Kyrgyz, Tajik, Tatar and Uzbek add.
CYRILLIC = {0x301, *range(0x400, 0x460), *map(ord, "ҐґӘәҒғҚқҢңӨөҰұҮүҺһӮӯӢӣҲҳҶҷҖҗӰӱ")}
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum"]

# Texts for measuring average widths: our own sentences, and those of the first content.
ENGLISH = Path("initiatives/fixtures/first_content/50_initiatives.yaml")
CYRILLIC_TEXT = (
    "Здесь собрано, что было объявлено, чьими словами и из какого источника это известно, и что из этого вышло. "
    "Мұнда не жарияланғаны, кімнің сөзімен және қай дереккөзден белгілі екені, одан не шыққаны жиналған. "
)
LIBERATION = Path("/usr/share/fonts/truetype/liberation")


def main(releases: Path, folder: Path) -> None:
    """Write four woff2 files and two licences into a folder, and print the metrics of the fallback faces."""
    literata = releases / "literata/files"
    subsets = {
        name: reopened(
            instantiateVariableFont(TTFont(literata / f"literata-{name}-opsz-normal.woff2"), LITERATA, inplace=True)
        )
        for name in ("latin", "latin-ext", "cyrillic", "cyrillic-ext")
    }
    save(merged(subsets["latin"], subsets["latin-ext"]), LATIN, folder / "literata-latin.woff2")
    save(merged(subsets["cyrillic"], subsets["cyrillic-ext"]), CYRILLIC, folder / "literata-cyrillic.woff2")
    for name, letters in (("latin", LATIN), ("cyrillic", CYRILLIC)):
        sans = TTFont(releases / "source-sans/VF/SourceSans3VF-Upright.ttf")
        sans = reopened(instantiateVariableFont(sans, SANS, inplace=True))
        rename(sans, SANS_NAME)
        save(sans, letters, folder / f"record-sans-{name}.woff2")
    (folder / "literata-OFL.txt").write_bytes((releases / "literata/LICENSE").read_bytes())
    (folder / "record-sans-OFL.txt").write_bytes((releases / "source-sans/LICENSE.md").read_bytes())
    print_fallbacks(folder)


def reopened(font: TTFont) -> TTFont:
    """Save a font and read it back: the tools do not see each other's unsaved changes."""
    with TemporaryFile() as file:
        font.flavor = None
        font.recalcTimestamp = False
        font.save(file)
        file.seek(0)
        return TTFont(file, lazy=False, recalcTimestamp=False)


def merged(*fonts: TTFont) -> TTFont:
    """Merge several parts of a font into one."""
    with TemporaryDirectory() as folder:
        paths = [f"{folder}/{number}.ttf" for number, _font in enumerate(fonts)]
        for font, path in zip(fonts, paths, strict=True):
            font.save(path)
        whole = Merger().merge(paths)
    # Not the time of merging: the same parts give the same file.
    whole["head"].created, whole["head"].modified = fonts[0]["head"].created, fonts[0]["head"].modified
    return whole


def rename(font: TTFont, family: str) -> None:
    """Give a font another family name, but keep the makers' copyright, trademark and licence."""
    names = font["name"]
    font["fvar"].instances = []
    for number in (2, 16, 17, 25):
        names.removeNames(nameID=number)
    for number, value in {
        1: family,
        2: "Regular",
        3: f"{family}, {names.getDebugName(5)}",
        4: family,
        6: family.replace(" ", ""),
        25: family.replace(" ", ""),
    }.items():
        names.setName(value, number, 3, 1, 0x409)


def save(font: TTFont, letters: set[int], path: Path) -> None:
    """Write the subset of a font with the given letters as woff2, and print its code points and size."""
    options = Options(layout_features=FEATURES, hinting=False, name_IDs=["*"], notdef_outline=True)
    options.drop_tables += ["vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    font.flavor = "woff2"
    font.recalcTimestamp = False
    font.save(path)
    points = sorted(font.getBestCmap())
    say(f"{path.name}: {path.stat().st_size:,} bytes\n  unicode-range: {ranges(points)};")


def ranges(numbers: list[int]) -> str:
    """Return sorted code points as CSS writes them: U+20-7E, U+A0."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][-1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"U+{first:X}" + (f"-{last:X}" if last > first else "") for first, last in runs)


def print_fallbacks(folder: Path) -> None:
    """Print the metrics that make Liberation (as wide as Times and Arial) match our fonts.

    size-adjust is the ratio of the mean advances over a text; the other two are the height above and the depth below
    the baseline (hhea), divided by em and size-adjust (CSS Fonts 5, section 2).
    """
    if not LIBERATION.is_dir():
        say("No metrics of fallback faces: the Liberation fonts are not installed.")
        return
    english = ENGLISH.read_text(encoding="utf-8")
    faces = [
        ("literata", None, "LiberationSerif-Regular"),
        ("record-sans", 400, "LiberationSans-Regular"),
        ("record-sans", 650, "LiberationSans-Bold"),
    ]
    for script, text in (("latin", english), ("cyrillic", CYRILLIC_TEXT)):
        for family, weight, local in faces:
            ours = TTFont(folder / f"{family}-{script}.woff2")
            if weight:
                ours = instantiateVariableFont(ours, {"wght": weight}, inplace=True)
            theirs = TTFont(LIBERATION / f"{local}.ttf")
            both = [letter for letter in text if all(ord(letter) in font.getBestCmap() for font in (ours, theirs))]
            ratio = mean_advance(ours, both) / mean_advance(theirs, both)
            head = ours["hhea"]
            height, depth = (abs(value) / ours["head"].unitsPerEm / ratio for value in (head.ascent, head.descent))
            say(
                f"{family} {weight or ''} {script}, by {local}:"
                f" size-adjust {ratio:.2%}, ascent-override {height:.2%}, descent-override {depth:.2%}"
            )


def mean_advance(font: TTFont, letters: list[str]) -> float:
    """Return the mean width of letters in ems."""
    names, widths = font.getBestCmap(), font["hmtx"]
    return sum(widths[names[ord(letter)]][0] for letter in letters) / len(letters) / font["head"].unitsPerEm


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
