"""Measures the first view of each page type in Chromium: what it transfers, how it moves, when its main part is there.

A throw-away site with the first content is served as in production (gunicorn, hashed and compressed files). Every visit
is a new browser with an empty cache, on a phone's screen, its processor slowed down four times. Times are medians of
ROUNDS visits; of transferred bytes, requests and shifts the largest is quoted. With --write the table goes into
docs/benchmarks/views.md. Exits with 1 if a page misses a target other than that of time, which is an aim.
"""

import argparse
import datetime
import os
import statistics
import sys
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from benchmark import report
from benchmark.serving import AS_SERVED, free_port, served

ROUNDS = 5
PHONE = {"width": 360, "height": 740}
CPU_SLOWDOWN = 4
# Downstream and upstream in bytes a second, and milliseconds that each request waits. The first is a fast 3G line as
# WebPageTest emulates it packet by packet; the second the preset of Chromium's own tools, which makes up for
# emulating single requests by waiting 3.75 round trips for each (Lighthouse: docs/throttling.md).
NETWORKS = {"3G, 150 ms": (200_000, 93_750, 150), "preset, 562 ms": (180_000, 84_375, 562.5)}
# One request more than most pages need: the font of the Cyrillic titles of sources.
MAX_BYTES, MAX_BYTES_WITHOUT_FONTS, MAX_REQUESTS = 120_000, 40_000, 13
MAX_SHIFT = 0

PAGES = {
    "home": "/",
    "quotes": "/quotes/",
    "quotes, searched": "/quotes/?q=state&theme=rule-of-law",
    "quote": "/q/7",
    "quote with translations": "/q/10",
    "initiatives": "/initiatives/",
    "initiatives as tracks": "/initiatives/?view=tracks",
    "initiatives in figures": "/initiatives/?view=figures",
    "initiative": "/initiatives/law-on-peaceful-assembly/",
    "principles": "/principles/",
    "set of principles": "/principles/new-economic-course/",
    "themes": "/themes/",
    "theme": "/themes/rule-of-law/",
    "people": "/people/",
    "person": "/people/kassym-jomart-tokayev/",
    "institution": "/bodies/national-council-of-public-trust/",
    "timeline": "/timeline/",
    "sources": "/sources/",
    "source": "/sources/diplomat-magazine-2020/",
    "search": "/search/?q=council",
    "method": "/method/",
    "changes": "/changes/",
    "not found": "/nothing/",
}

OBSERVE = """() => new Promise(resolve => {
    const seen = {shift: 0, paint: 0};
    new PerformanceObserver(list => list.getEntries().forEach(entry => { seen.shift += entry.value; }))
        .observe({type: 'layout-shift', buffered: true});
    new PerformanceObserver(list => list.getEntries().forEach(entry => { seen.paint = entry.startTime; }))
        .observe({type: 'largest-contentful-paint', buffered: true});
    setTimeout(() => resolve(seen), 200);
})"""


@dataclass
class View:
    """One first view: bytes as transferred, headers included; seconds in thousandths."""

    fonts: int
    rest: int
    requests: int
    shift: float
    paint: float


def main() -> None:
    """Serve, measure, print the table; with --write keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the table in docs/benchmarks/views.md")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/site.sqlite3"
        os.environ["SEARCH_DIR"] = f"{folder}/search"
        port = free_port()
        site = os.environ["SITE_URL"] = f"http://127.0.0.1:{port}"
        make_record()
        with served("reforms_site.wsgi", *AS_SERVED, port=port):
            views = {network: measure(site, *line) for network, line in NETWORKS.items()}
    table = table_of(views)
    report.say(table)
    if options.write:
        measured = (
            f"Measured on {datetime.datetime.now(tz=datetime.UTC):%-d %B %Y}, {os.cpu_count()} cores, {ROUNDS} visits."
        )
        report.write("views", f"# First views of pages\n\n{measured}\n\n{table}")
    missed = [name for name in PAGES if misses_target([view for found in views.values() for view in found[name]])]
    if missed:
        sys.exit(f"Over a target: {', '.join(missed)}")


def make_record() -> None:
    """Fill the empty database with the first content and a translated quote, which that content has not."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_first_content", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from initiatives.models import Quote, QuoteTranslation

    original = Quote.objects.get(pk=9)
    translated = Quote.objects.create(
        pk=10,
        text="Это предложение стоит вместо слов оратора.",
        language="ru",
        speaker=original.speaker,
        source=original.source,
        state="published",
    )
    for language, text in (("en", "This sentence stands for a speaker’s words."), ("kk", "Бұл сөйлем сөздің орнында.")):
        QuoteTranslation.objects.create(quote=translated, language=language, text=text, provenance="official")
    translated.text = "Это другое предложение стоит вместо слов оратора."
    translated.save()  # a correction, for the log of changes


def measure(site: str, down: int, up: int, latency: float) -> dict[str, list[View]]:
    """Return ROUNDS first views of each page over one kind of line."""
    from playwright.sync_api import sync_playwright

    line = {"offline": False, "latency": latency, "downloadThroughput": down, "uploadThroughput": up}
    views: dict[str, list[View]] = {name: [] for name in PAGES}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"],
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
        )
        for _round in range(ROUNDS):
            for name, path in PAGES.items():
                views[name].append(visit(browser, site + path, line))
        browser.close()
    return views


def visit(browser, url: str, line: dict) -> View:
    """Return the first view of a page by a new visitor."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    chromium = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    lengths: dict[str, int] = {}
    chromium.on("Network.requestWillBeSent", lambda event: kinds.setdefault(event["requestId"], event["type"]))
    chromium.on(
        "Network.loadingFinished", lambda event: lengths.update({event["requestId"]: event["encodedDataLength"]})
    )
    chromium.send("Network.enable")
    chromium.send("Network.emulateNetworkConditions", line)
    chromium.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    response = page.goto(url, wait_until="load")
    if response.status != (404 if url.endswith("/nothing/") else 200):
        sys.exit(f"{url} answers {response.status}")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    seen = page.evaluate(OBSERVE)
    context.close()
    fonts = sum(int(length) for request, length in lengths.items() if kinds.get(request) == "Font")
    return View(fonts, int(sum(lengths.values())) - fonts, len(kinds), seen["shift"], seen["paint"])


def misses_target(views: list[View]) -> bool:
    """Whether any of these views misses a target."""
    return any(
        view.fonts + view.rest > MAX_BYTES
        or view.rest > MAX_BYTES_WITHOUT_FONTS
        or view.requests > MAX_REQUESTS
        or view.shift > MAX_SHIFT
        for view in views
    )


def table_of(views: dict[str, dict[str, list[View]]]) -> str:
    """Return the measurements as a Markdown table."""
    lines = [
        "| page | requests | KB | KB without fonts | shift | "
        + " | ".join(f"LCP, {network}" for network in views)
        + " |",
        "| --- | ---: | ---: | ---: | ---: |" + " ---: |" * len(views),
    ]
    for name in PAGES:
        every = [view for found in views.values() for view in found[name]]
        paints = [statistics.median(view.paint for view in found[name]) for found in views.values()]
        lines.append(
            f"| {name} | {max(view.requests for view in every)}"
            f" | {max(view.fonts + view.rest for view in every) / 1000:.1f} | {max(v.rest for v in every) / 1000:.1f}"
            f" | {max(view.shift for view in every):.4f} | " + " | ".join(f"{paint:.0f} ms" for paint in paints) + " |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
