"""script/mutants makes the documented mutants, and reports correctly which of them the tests detect."""

import ast

import pytest

import mutation


def mutants_of(source: str) -> set[str]:
    """Return all mutants of a source."""
    tree = ast.parse(source)
    return {ast.unparse(tree) for _line in mutation.each_change(tree)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a and b and c", {"b and c", "a and c", "a and b"}),
        ("a or b", {"a", "b"}),
        ("a < b", {"a <= b"}),
        ("max(a)", {"min(a)"}),
        ("any(a)", {"all(a)"}),
        ("a if b else c", {"a if not b else c"}),
        ("user.has_perm('x')", {"True"}),
        (
            "q.filter(a=1, b__in=c)",
            {"q.filter(a=1)", "q.filter(b__in=c)", "q.filter(a=1, b=c)", "q.exclude(a=1, b__in=c)"},
        ),
        ("Q(a__lte=1)", {"Q(a__lt=1)"}),
        ("f(a, b=1)", set()),
    ],
)
def test_each_operator_changes_one_thing(source, expected):
    assert mutants_of(source) == expected


def test_a_condition_is_negated_and_the_module_restored():
    tree = ast.parse("if a:\n    b")
    assert mutants_of("if a:\n    b") == {"if not a:\n    b"}
    list(mutation.each_change(tree))
    assert ast.unparse(tree) == "if a:\n    b"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Create a project of one module, with tests that detect two of its three mutants."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/rules.py").write_text(
        "def is_public(state, count):\n    # why\n    return state and count < 3\n"
    )
    noticed = ("is_public(True, 2)", "not is_public(False, 2)", "not is_public(True, 4)")
    tests = "".join(f"    assert {expected}\n" for expected in noticed)
    (tmp_path / "test_rules.py").write_text(f"from rules.rules import is_public\n\ndef test_public():\n{tests}")
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    monkeypatch.setattr(mutation, "ROOMS", ["rules"])
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # the project needs no plugins, which start slowly
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_survivors_are_printed(project, capsys):
    assert mutation.main([]) == 1
    printed = capsys.readouterr().out
    lines = ["Survived: rules/rules.py:3", "-     return state and count < 3", "+     return state and count <= 3"]
    assert "\n".join(lines) in printed
    assert "2 of 3 killed" in printed


def test_the_tests_of_a_module_run_first(monkeypatch):
    monkeypatch.chdir(mutation.__file__.rpartition("/script/")[0])
    for path, test in (
        ("reforms_site/kept_pages.py", "views/test_kept_pages"),
        ("initiatives/search/query.py", "search/test_query"),
    ):
        first = mutation.tests_for(mutation.Mutant(mutation.Path(path), 0, 60))[:3]
        assert mutation.Path(f"tests/{test}.py") in first


def test_tests_that_already_fail_stop_the_run(project):
    with (project / "conftest.py").open("a") as conftest:
        conftest.write("from rules import rules\nrules.is_public = lambda state, count: True\n")
    with pytest.raises(SystemExit, match="fails without a mutant"):
        mutation.main([])
