"""What the first content must contain, transcribed by hand from its sources."""

import csv
from pathlib import Path
from typing import NamedTuple

from initiatives.models.choices import Kind, Status

ADDRESS = "https://astanatimes.com/2020/09/kazakhstan-in-a-new-reality-time-for-action"
ARTICLE = "https://diplomatonline.com/mag/?p=8402"

# The quotations exactly as in the article. At … it says "he stated".
VERBATIM = [
    "a state that hears",
    "different opinions; one nation",
    "successful economic reforms are impossible without modernization of the country’s socio-political life",
    "strong president; influential Parliament; accountable government",
    (
        "reforms in this area should be carried out systematically. Let’s start by changing the approaches to "
        "public administration, personnel policy, decision-making systems and responsibility for their "
        "implementation."
    ),
    (
        "Such companies should be focused not only on the domestic, but also on foreign markets … Their export "
        "support should be strengthened."
    ),
    (
        "no aspect of socio-economic development can be successfully implemented without the rule of law and "
        "guaranteeing the safety of our citizens. ‘A state that hears’ is, in fact, the concept of building a "
        "‘fair state.’ It is not enough just to hear and see the problems of citizens; the main thing is to "
        "correctly and objectively respond to them. There is a lot of work ahead to develop new standards for "
        "serving the interests of citizens. The law enforcement and judicial systems play a key role in this. "
        "Reforms are absolutely necessary here."
    ),
    (
        "My concept of ‘a state that listens to the voice of the people’ was proposed in order to develop the idea"
        " of a just society."
    ),
    (
        "the fight against coronavirus clearly demonstrated the [true nature] of people: Mutual assistance, "
        "compassion and readiness to jointly confront an unprecedented disaster. In such difficult conditions, our"
        " main task is to maintain social and economic stability, employment and incomes of the population."
    ),
]

RULE_OF_LAW = VERBATIM[6]

# The article dates these to September 2020, and no others.
OF_THE_ADDRESS = VERBATIM[4:6]

PRINCIPLES = [
    "Equitable distribution of benefits and responsibilities",
    "Leading role for private entrepreneurship, through support and development of small and medium-sized enterprises",
    "Fair competition",
    "Increased productivity, complexity and technological effectiveness of the economy",
    "Development of human capital",
    "“Greening” of the economy through environmental protection",
    "Adoption of well-grounded decisions by the state, and responsibility for them before society",
]

THEMES_OF_QUOTES = [
    {"political-reform", "a-state-that-hears"},
    {"political-reform"},
    {"political-reform"},
    {"political-reform"},
    {"public-administration"},
    {"entrepreneurship", "export"},
    {"rule-of-law", "a-state-that-hears"},
    {"a-state-that-hears"},
    {"covid-19", "social-stability"},
]


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table beside this file."""
    return list(csv.DictReader((Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()))


# Date as known, milestone text, address of the page that shows it: one row for each dated fact.
EVIDENCE = [(row["date"], row["words"], row["address"]) for row in read_table("first_content_evidence.csv")]

# The latest status of every initiative according to the evidence
STATUSES = {
    "a-state-that-hears": "",
    "different-opinions-one-nation": "",
    "economic-reforms-need-political-modernization": "",
    "strong-president-influential-parliament-accountable-government": "",
    "national-council-of-public-trust": Status.WITHDRAWN,
    "law-on-peaceful-assembly": Status.IN_FORCE,
    "law-on-elections": Status.IN_FORCE,
    "law-on-political-parties": Status.IN_FORCE,
    "political-pluralism": Status.ANNOUNCED,
    "optional-protocol-to-the-covenant-on-civil-and-political-rights": Status.IN_FORCE,
    "new-model-of-government": Status.ADOPTED,
    "agency-for-strategic-planning-and-reforms": Status.IN_FORCE,
    "supreme-presidential-council-for-reforms": Status.IN_FORCE,
    "reboot-of-the-civil-service": Status.ANNOUNCED,
    "reform-of-the-quasi-public-sector": Status.ANNOUNCED,
    "programme-for-the-agro-industrial-sector": Status.WITHDRAWN,
    "support-of-entrepreneurship": Status.ANNOUNCED,
    "export-support": Status.ANNOUNCED,
    "balanced-territorial-development": Status.ANNOUNCED,
    "social-well-being-of-citizens": Status.ANNOUNCED,
    "safety-and-protection-of-childrens-rights": Status.ANNOUNCED,
    "accessible-and-quality-education": Status.ANNOUNCED,
    "development-of-the-health-care-system": Status.ANNOUNCED,
    "protection-of-biodiversity": Status.ANNOUNCED,
    "digitalization": Status.ANNOUNCED,
    "civil-participation": Status.ANNOUNCED,
    "rule-of-law": Status.ANNOUNCED,
    "response-to-covid-19": Status.ANNOUNCED,
}


class Row(NamedTuple):
    """A table row: the page that must show a text, and a search that must find an item."""

    label: str
    path: str  # or the text of a quote, which has a page of its own
    shown: str
    words: str
    kind: str
    key: str  # the slug, number, text or (with `path` and `shown`) date of the item


TOKAYEV = "/people/kassym-jomart-tokayev/"
COUNCIL = "national-council-of-public-trust"
AGENCY = "agency-for-strategic-planning-and-reforms"
SUPREME = "supreme-presidential-council-for-reforms"
PROTOCOL = "optional-protocol-to-the-covenant-on-civil-and-political-rights"
ECONOMIC = "economic-reforms-need-political-modernization"
STRONG = "strong-president-influential-parliament-accountable-government"


def _initiative(label: str, slug: str, shown: str, words: str) -> Row:
    return Row(label, f"/initiatives/{slug}/", shown, words, Kind.INITIATIVE, slug)


def _principle(number: int, words: str) -> Row:
    title = PRINCIPLES[number - 1]
    return Row(f"D{number}", "/principles/new-economic-course/", title, words, Kind.PRINCIPLE, str(number))


def _quote(label: str, number: int, words: str) -> Row:
    text = VERBATIM[number]
    return Row(label, text, text, words, Kind.QUOTE, text)


def _milestone(label: str, path: str, date: str, shown: str, words: str) -> Row:
    return Row(f"G {label}", path, shown, words, Kind.MILESTONE, date)


ROWS = [
    Row("A1", TOKAYEV, "President of Kazakhstan since June 2019", "Tokayev", Kind.PERSON, "kassym-jomart-tokayev"),
    Row("A1, Kazakh", TOKAYEV, "Kassym-Jomart Tokayev", "Тоқаев", Kind.PERSON, "kassym-jomart-tokayev"),
    Row("A1, speaker", TOKAYEV, "a state that hears", "tokayev hears", Kind.QUOTE, VERBATIM[0]),
    Row(
        "A2",
        "/people/abai-qunanbaiuly/",
        "175th anniversary of his birth in 2020",
        "poet Abai",
        Kind.PERSON,
        "abai-qunanbaiuly",
    ),
    Row("A2, languages", "/people/abai-qunanbaiuly/", "many languages", "Abai", Kind.PERSON, "abai-qunanbaiuly"),
    Row("A3", f"/bodies/{COUNCIL}/", "economists", "Council of Public Trust", Kind.BODY, COUNCIL),
    Row("A3, package", f"/bodies/{COUNCIL}/", "package of political reforms", "intellectuals", Kind.BODY, COUNCIL),
    Row("A4", f"/bodies/{AGENCY}/", "to be the centre of state planning", "Agency for Strategic", Kind.BODY, AGENCY),
    Row("A5", f"/bodies/{SUPREME}/", "whose decisions are final", "Council for Reforms", Kind.BODY, SUPREME),
    _initiative("B1", "a-state-that-hears", "A state that hears", "hearing"),
    _initiative("B1, fair", "a-state-that-hears", "the concept of building a ‘fair state’", '"fair state"'),
    _initiative("B1, voice", "a-state-that-hears", "listens to the voice of the people", "voice of the people"),
    _initiative("B2", "different-opinions-one-nation", "Different opinions; one nation", "different opinions"),
    _initiative("B3", ECONOMIC, VERBATIM[2][1:], "socio-political life"),
    _initiative("B4", STRONG, "influential Parliament", "strong president"),
    _initiative("C1", "law-on-peaceful-assembly", "Law on peaceful assembly", "political rallies"),
    _initiative("C2", "law-on-elections", "Law on elections", "election law"),
    _initiative("C3", "law-on-political-parties", "multi-party system", "political parties"),
    _initiative("C4", "political-pluralism", "Political pluralism", "pluralism"),
    _initiative("C5", PROTOCOL, "hear from victims of violations", "first optional protocol"),
    _initiative("C5, second", PROTOCOL, "Second Optional Protocol", "death penalty"),
    _principle(1, "equitable distribution"),
    _principle(2, "small and medium-sized enterprises"),
    _principle(3, "fair competition"),
    _principle(4, "technological effectiveness"),
    _principle(5, "human capital"),
    _principle(6, "greening"),
    _principle(7, "well-grounded decisions"),
    _initiative("E1", "new-model-of-government", "New model of government", "model of government"),
    _initiative("E2", AGENCY, "Agency for Strategic Planning and Reforms", "strategic planning"),
    _initiative("E3", SUPREME, "Supreme Presidential Council for Reforms", "supreme council"),
    _initiative("E4", "reboot-of-the-civil-service", "Reboot of the civil service", "civil service"),
    _initiative("E5", "reform-of-the-quasi-public-sector", "quasi-public sector", "quasi-public"),
    _initiative("E6", "programme-for-the-agro-industrial-sector", "warehouses", "agro-industrial"),
    _initiative("E7", "support-of-entrepreneurship", "medium-sized businesses", "medium-sized businesses"),
    _initiative("E8", "export-support", "Export support", "export"),
    _initiative("E9", "balanced-territorial-development", "Balanced territorial development", "territorial"),
    _initiative("E10", "social-well-being-of-citizens", "Social well-being of citizens", "social well-being"),
    _initiative("E11", "safety-and-protection-of-childrens-rights", "children’s rights", "children's rights"),
    _initiative("E12", "accessible-and-quality-education", "Accessible and quality education", "education"),
    _initiative("E13", "development-of-the-health-care-system", "health-care system", "health care"),
    _initiative("E14", "protection-of-biodiversity", "Protection of biodiversity", "biodiversity"),
    _initiative("E15", "digitalization", "a basic element of every reform", "digitalization"),
    _initiative("E16", "civil-participation", "Civil participation in governance of the state", "civil participation"),
    _initiative("E17", "rule-of-law", "law-enforcement and judicial systems", "judicial systems"),
    _initiative("E17, fair", "rule-of-law", "fair state", '"fair state"'),
    _initiative("E18", "response-to-covid-19", "Response to COVID-19", "coronavirus"),
    _quote("F1a", 0, "a state that hears"),
    _quote("F1b", 1, "one nation"),
    _quote("F1c", 2, "modernization"),
    _quote("F1d", 3, "accountable government"),
    _quote("F2", 4, "personnel policy"),
    _quote("F3", 5, "foreign markets"),
    _quote("F4", 6, "judicial systems"),
    _quote("F5", 7, "just society"),
    _quote("F6", 8, "coronavirus compassion"),
    _milestone("2019-06-09", TOKAYEV, "2019-06-09", "70.96 per cent of the vote", "presidential election"),
    _milestone("2019-06-12", TOKAYEV, "2019-06-12", "was inaugurated", "inaugurated"),
    _milestone(
        "2019-06-12, rallies",
        "/initiatives/law-on-peaceful-assembly/",
        "2019-06-12",
        "a new law on rallies was needed",
        "inauguration rallies",
    ),
    _milestone("2019-09-02", TOKAYEV, "2019-09-02", "Constructive public dialogue", "constructive public dialogue"),
    _milestone(
        "2019-09-02, slogan 1",
        "/initiatives/a-state-that-hears/",
        "2019-09-02",
        "contained the slogan “a state that hears”",
        "slogan hears",
    ),
    _milestone(
        "2019-09-02, slogan 3",
        f"/initiatives/{ECONOMIC}/",
        "2019-09-02",
        "contained the slogan “successful economic reforms",
        "slogan economic reforms",
    ),
    _milestone(
        "2019-09-02, slogan 4",
        f"/initiatives/{STRONG}/",
        "2019-09-02",
        "contained the slogan “strong president",
        "slogan parliament",
    ),
    _milestone("2019-09-06", f"/initiatives/{COUNCIL}/", "2019-09-06", "44 members", "three working groups"),
    _milestone(
        "2019-12-20, Council", f"/initiatives/{COUNCIL}/", "2019-12-20", "second meeting", "second meeting package"
    ),
    _milestone(
        "2019-12-20, rallies",
        "/initiatives/law-on-peaceful-assembly/",
        "2019-12-20",
        "need notice to the authorities",
        "rallies notice approval",
    ),
    _milestone(
        "2019-12-20, parties",
        "/initiatives/law-on-political-parties/",
        "2019-12-20",
        "20,000 people, instead of 40,000",
        "register a party",
    ),
    _milestone(
        "2019-12-20, quota", "/initiatives/law-on-elections/", "2019-12-20", "quota of 30 per cent", "quota women"
    ),
    _milestone(
        "2019-12-20, protocol",
        f"/initiatives/{PROTOCOL}/",
        "2019-12-20",
        "included accession to the Second Optional Protocol",
        "package accession protocol",
    ),
    _milestone(
        "2019-12-20, ministry",
        f"/initiatives/{PROTOCOL}/",
        "2019-12-20",
        "foreign ministry was instructed",
        "foreign ministry",
    ),
    _milestone(
        "2020-03-19", f"/initiatives/{COUNCIL}/", "2020-03-19", "draft laws on political parties", "working meeting"
    ),
    _milestone(
        "2020-03-19, parties",
        "/initiatives/law-on-political-parties/",
        "2020-03-19",
        "draft law on political parties",
        "draft law political parties",
    ),
    _milestone(
        "2020-03-19, elections",
        "/initiatives/law-on-elections/",
        "2020-03-19",
        "draft law on elections",
        "draft law elections",
    ),
    _milestone(
        "2020-05-25",
        "/initiatives/law-on-peaceful-assembly/",
        "2020-05-25",
        "The authorities choose the venues, a point that critics have raised",
        "rallies signed venues",
    ),
    _milestone(
        "2020-05-25, parties",
        "/initiatives/law-on-political-parties/",
        "2020-05-25",
        "Three laws in the package were signed",
        "three laws signed",
    ),
    _milestone("2020-08", TOKAYEV, "2020-08-01", "in English translation", "Abai 21st century"),
    _milestone("2020-09-01", TOKAYEV, "2020-09-01", "Kazakhstan in a new reality: time for action", "time for action"),
    _milestone("2020-09-16", f"/initiatives/{SUPREME}/", "2020-09-16", "Suma Chakrabarti", "chakrabarti"),
    _milestone("2020-09-16, Agency", f"/initiatives/{AGENCY}/", "2020-09-16", "Kairat Kelimbetov", "kelimbetov"),
    _milestone(
        "2020-09-23",
        f"/initiatives/{PROTOCOL}/",
        "2020-09-23",
        "was signed at the United Nations",
        "signed at the United Nations",
    ),
    _milestone("2020-10-25", f"/initiatives/{SUPREME}/", "2020-10-25", "first session", "first session"),
    _milestone(
        "2021-01-02",
        f"/initiatives/{PROTOCOL}/",
        "2021-01-02",
        "death penalty was abolished",
        "ratified death penalty",
    ),
    _milestone(
        "2021-07-03", f"/initiatives/{SUPREME}/", "2021-07-03", "ten national projects", "list of ten national projects"
    ),
    Row(
        "G, title 1",
        "/sources/state-of-the-nation-address-2020/",
        "time for action",
        "time for action",
        Kind.SOURCE,
        "state-of-the-nation-address-2020",
    ),
    Row(
        "G, title 2",
        "/sources/state-of-the-nation-address-2020/",
        "Time to act",
        "time to act",
        Kind.SOURCE,
        "state-of-the-nation-address-2020",
    ),
]
