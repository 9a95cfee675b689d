"""Words of whole languages: stop words, which carry no meaning alone, and real words, which are never taken for slips.

English words are those of pyspellchecker and of the dictionaries in english-words, Russian ones those of OpenCorpora
(pymorphy3), with all their forms. There is no such list for Kazakh, so no unknown word in Cyrillic is certain to be
misspelt. Names and new words are missing everywhere.
"""

from functools import cache, lru_cache

from initiatives.search.analysis import american

# Articles, pronouns, prepositions, conjunctions, particles, question words and auxiliary verbs.
STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are aren't as at be because been before being below between both
    but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each either else for from
    further had has have having he her here hers herself him himself his how i if in into is isn't it it's its itself
    just let me might more most much must my myself neither no nor not of off on once only or other our ours
    ourselves out over own same shall she should so some such than that that's the their theirs them themselves then
    there these they this those through to too under until up upon us very was wasn't we were what when where whether
    which while who whom whose why will with within without won't would you your yours yourself
    а без более бы был была были было быть в вам вас ведь во вот все всегда всего всех вы где да даже для до его ее ей
    ему если есть еще же за здесь и из или им ими их к как какая какие какой когда кто ко которая которого которой
    которые который куда ли либо между меня мне мной может можно мой мы на над надо нам нами нас наш наша наши не него
    нее ней нем нет ни ним ними них но ну о об однако он она они оно от очень по под после потому почему при про с сам
    свое своего своей своем свои свой себе себя со так такая также такие такой там те тебя тем теперь то тогда того тоже
    той только том тот ты у уже хотя чего чей чем через что чтобы чье чья эта эти это этого этой этом этот я
    ал әлде арқылы бар барлық бен бері біз біздің бірақ бола болды болса болып болуы бұл бір ғана да дейін деп дер
    екен еді ең емес енді және жоқ көп қалай қана қандай қашан қайда қай кейін кім мен менің мына не неге немесе ол
    оған олар олардың оны оның осы па пен сен сіз сияқты соң сол сондай та тағы те тек туралы үшін үстінде шейін әр
    """.split()  # noqa: SIM905 – a list of 400 literals cannot be read
)


def is_stop_word(form: str) -> bool:
    """Return whether a word, in normal form, carries no meaning by itself."""
    return form in STOP_WORDS


def carrying_words(forms: list[str]) -> list[str]:
    """Return the words that are not stop words; all if there are no others."""
    return [form for form in forms if form not in STOP_WORDS] or forms


# A visitor's words are looked up again and again while a page is built.
@lru_cache(maxsize=10_000)
def is_real_word(form: str) -> bool:
    """Return whether a word, in normal form, is a word of English or Russian, in any of its forms."""
    if form.isascii():
        return any(f"\n{word}\n" in _english() for word in (form, american(form)))
    return _russian().word_is_known(form)


@cache
def _english() -> str:
    """Return all English words, a line each: as one text they take a tenth of the memory of a set."""
    from english_words import get_english_words_set
    from spellchecker import SpellChecker

    words = set(SpellChecker(language="en").word_frequency.words())
    words |= get_english_words_set(["gcide", "web2"], alpha=True, lower=True)
    return "\n".join(["", *sorted(words), ""])


@cache
def _russian():
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer(lang="ru")
