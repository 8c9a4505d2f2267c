import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from executable_math.latex.cursor import DEEPEST, NotRead
from executable_math.latex.reader import LONGEST
from executable_math.latex.tokens import tokens
from executable_math.latex.tree import (
    Apply,
    Call,
    Case,
    Chain,
    Conditional,
    Indexed,
    Node,
    Number,
    Symbol,
    applies,
    from_json,
    to_json,
    walk,
)
from executable_math.notation.standard import read
from steps import steps
from trees import add, derivative, divide, indicator, multiply, negate, norm, over, power, transpose, vector

HERE = Path(__file__).parent
CORPUS = [json.loads(line) for line in (HERE / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
# Formulas as they stand in the notes of CS231n, in Dive into Deep Learning, Optax, PyTorch and scikit-learn.
PRINTED = (HERE / "printed.txt").read_text(encoding="utf-8").splitlines()

x, y, z, a, b, c, i, j = (Symbol(name) for name in "xyzabcij")
one, two = Number("1"), Number("2")


def only(latex: str) -> Node:
    (statement,) = read(latex).statements
    return statement


@pytest.mark.parametrize("row", CORPUS, ids=lambda row: row["id"])
def test_every_formula_of_the_corpus_is_read(row: dict[str, str]) -> None:
    assert read(row["latex"]).statements


@pytest.mark.parametrize("latex", PRINTED)
def test_printed_formulas_are_read(latex: str) -> None:
    assert read(latex).statements


@pytest.mark.parametrize(
    ("latex", "tree"),
    [
        ("a + b c", add(a, multiply(b, c))),
        ("a - b", add(a, negate(b))),
        ("-a^2", negate(power(a, two))),
        (r"a \cdot b / c", Apply("divide", (multiply(a, b, signs=(r"\cdot",)), c), ("/",))),
        (r"\frac{a}{b} c", multiply(divide(a, b), c)),
        (r"\frac12 x^23", multiply(divide(one, two), power(x, two), Number("3"), signs=("", ""))),
        (r"\sum_i a b + c", add(over("sum", i, multiply(a, b)), c)),
        (r"\log 2 x", Call(Symbol(r"\log"), (multiply(two, x),), bracketed=False)),
        (r"\log\frac{a}{b} c", multiply(Call(Symbol(r"\log"), (divide(a, b),), bracketed=False), c)),
        (r"\log(x) y", multiply(Call(Symbol(r"\log"), (x,)), y)),
        (r"\log^2 x", power(Call(Symbol(r"\log"), (x,), bracketed=False), two)),
        (r"x_{ij}^2", power(Indexed(x, (i, j)), two)),
        (r"x^{(i)}_j", Indexed(x, (i, j))),
        (r"x^2_i", power(Indexed(x, (i,)), two)),
        (r"x^{(a + b)}", power(x, add(a, b))),
        (r"(x_i)_j", Indexed(x, (i, j))),
        (r"x[i]", Indexed(x, (i,))),
        (r"x[y[j]]", Indexed(x, (Indexed(y, (j,)),))),
        (r"x[y_j, 1]", Indexed(x, (Indexed(y, (j,)), one))),
        (r"x[a + b]", multiply(x, add(a, b))),
        (r"x [i + j]", multiply(x, add(i, j))),
        (r"x^T y", multiply(transpose(x, "T"), y)),
        (r"\hat{y}_i", Indexed(Symbol(r"\hat{y}"), (i,))),
        (r"\hat{y_i}", Indexed(Symbol(r"\hat{y}"), (i,))),
        (r"\mathbf{x}", x),
        (r"\mathcal{L}", Symbol(r"\mathcal{L}")),
        (r"\mathrm{loss}", Symbol("loss")),
        (r"|x|_+", Call(Symbol(r"\max"), (Number("0"), x))),
        (r"\|x\|_1", norm(x, one)),
        ("||x||", norm(x)),
        (r"\langle a, b \rangle", Apply("inner", (a, b))),
        (r"f(x \mid y, z)", Call(Symbol("f"), (x,), (y, z))),
        (r"\mathbb{1}[a < b]", indicator(only("a < b"))),
        (r"1(a = b)", indicator(only("a = b"))),
        (r"\frac{\partial^2 a}{\partial x \partial y}", derivative(a, x, y)),
        (r"\frac{d^2}{dx^2} a", derivative(a, x, x)),
        (r"da/dx", derivative(a, x)),
        (r"\frac{d}{2}", divide(Symbol("d"), two)),
        (r"[1, 2]", vector(one, two)),
        (r"1{,}000", Number("1000")),
        (r"0.6\ldots", Number("0.6…")),
        (r"α ≤ 2", only(r"\alpha \leq 2")),
        (r"{\bf x}", x),
        (r"x\_i", Indexed(x, (i,))),
        (r"n\_classes", Symbol("n_classes")),
    ],
)
def test_how_it_is_read(latex: str, tree: Node) -> None:
    assert only(latex) == tree


def test_a_sum_stops_at_a_sign() -> None:
    total = only(r"\sum_{i=1}^{N} a_i b_i - c")
    assert applies(total, "add")
    assert total.parts[1] == negate(c)


@pytest.mark.parametrize("bars", [r"|x - |y||", r"\mid x \mid", r"\lvert x \rvert", r"\left| x \right|"])
def test_bars_are_absolute_values(bars: str) -> None:
    assert any(applies(node, "absolute") for node in walk(read(bars)))


def test_rows_of_an_alignment_continue_a_chain() -> None:
    tree = only(r"\begin{aligned} a &= b \\ &= c \\ &\quad + x \end{aligned}")
    assert isinstance(tree, Chain)
    assert tree.sides == (a, b, add(c, x))


def test_rows_with_left_sides_are_statements() -> None:
    assert len(read(r"\begin{align*} a &= b \\ c &= x \end{align*}").statements) == 2


@pytest.mark.parametrize("between", [r",\quad ", r" \quad \text{where} \quad ", "; ", r" \\ ", r"\text{ and }"])
def test_what_separates_statements(between: str) -> None:
    assert len(read(f"a = b{between}c = x").statements) == 2


@pytest.mark.parametrize("condition", [r"\text{if } x > 0", r"\quad \text{for } x > 0", r", \; \text{when } x > 0"])
def test_a_condition_after_a_relation(condition: str) -> None:
    assert isinstance(only(f"a = b {condition}"), Conditional)


def test_cases_with_their_conditions() -> None:
    cases = only(r"\begin{cases} a, & \text{if } x > 0 \\ b & x = 0, \\ c & \text{otherwise.} \end{cases}")
    assert applies(cases, "cases")
    assert [isinstance(row, Case) and row.condition is None for row in cases.parts] == [False, False, True]


def test_letters_side_by_side_are_factors_unless_they_are_a_name() -> None:
    assert only("BS") == multiply(Symbol("B"), Symbol("S"))
    assert read("BS", words=["BS"]).statements == (Symbol("BS"),)
    assert only("margin") == Symbol("margin")


def test_spans_are_places_in_the_text() -> None:
    latex = r"J = \frac{a}{b} + \hat{y}_i"
    shown = {latex[slice(*node.span)] for node in walk(read(latex))}
    assert {"J", "a", "b", r"\frac{a}{b}", r"\hat{y}_i", "i", latex} <= shown


@pytest.mark.parametrize("row", CORPUS, ids=lambda row: row["id"])
def test_every_span_holds_those_inside(row: dict[str, str]) -> None:
    for node in walk(read(row["latex"])):
        assert all(node.span[0] <= child.span[0] and child.span[1] <= node.span[1] for child in node.children)


@pytest.mark.parametrize("row", CORPUS, ids=lambda row: row["id"])
def test_a_tree_survives_json(row: dict[str, str]) -> None:
    tree = read(row["latex"])
    back = from_json(json.loads(json.dumps(to_json(tree))))
    assert back == tree
    assert [node.span for node in walk(back)] == [node.span for node in walk(tree)]


@pytest.mark.parametrize(
    ("latex", "column", "message", "nearest"),
    [
        ("", 1, "an empty formula", "a = b"),
        ("x = ", 5, "ends where a value is expected", "a symbol or a number"),
        (r"\frac{1}{2", 9, "this { is never closed", "} after it"),
        ("(a + b", 1, "this ( is never closed", ") after it"),
        ("a + b)", 6, ") closes nothing", "its opening bracket"),
        ("[a, b)", 1, "an interval", r"x \in [0, 1)"),
        (r"x + \iint y dy", 5, r"\iint is not read", "over one variable"),
        (r"x + \int y dy", 5, "an integral without its two bounds", r"\int_{-\infty}^{\infty}"),
        (r"\sgima(z)", 1, r"\sgima is not known", r"\sigma"),
        (r"\max", 1, r"\max of what?", r"\max(a, b)"),
        (r"x^2^3", 4, "two ^ after one another", "braces"),
        ("1/2x", 2, "does the division reach x?", r"\frac{a}{b c}"),
        (r"\log 2(x)", 7, "does the function reach this bracket?", r"\log(a (b))"),
        ("2 3", 3, "two numbers side by side", r"2 \cdot 3"),
        (r"\{x \mid x > 0\}", 5, "a set given by a condition", r"\sum_{i : y_i = 1}"),
        (r"x \to \infty", 3, r"\rightarrow is not read", "a limit"),
        (r"a \pm b", 3, r"\pm is not read", "two cases"),
        (r"\begin{cases} 1 & x > 0", 1, "never closed", r"\end{cases}"),
        (r"\begin{cases} 1 \end{cases}", 17, "a case without its condition", "otherwise"),
        (r"\begin{tabular} 1 \end{tabular}", 1, "tabular is not read", "cases, aligned"),
        (r"\begin{bmatrix} 1 & 2 \\ 3 \end{bmatrix}", 1, "rows differ in length", "as many &"),
        (r"\hat{x + y}", 1, "over what is not a symbol", r"\hat{x}"),
        ("a = b $", 7, "$ where a value is expected", "without dollar signs"),
        (r"\underbrace{x", 12, "never closed", "}"),
        (r"\frac{\partial^3 f}{\partial x^2}", 1, "differ in order", r"\frac{d^2 f}{dx^2}"),
        (r"\frac{d f}{dx^2}", 1, "differ in order", r"\frac{d^2 f}{dx^2}"),
        ("x + (y = 1)", 5, "a relation between brackets", r"\mathbb{1}[a = b]"),
    ],
)
def test_what_is_refused_says_where_and_what_to_write(latex: str, column: int, message: str, nearest: str) -> None:
    with pytest.raises(NotRead) as caught:
        read(latex)
    assert message in str(caught.value)
    assert nearest in caught.value.nearest
    assert (caught.value.line, caught.value.column) == (1, column)


def test_the_caret_stands_below_the_place() -> None:
    with pytest.raises(NotRead) as caught:
        read("a = b\n  + \\foo c")
    assert (caught.value.line, caught.value.column) == (2, 5)
    assert "\n      + \\foo c\n        ^" in str(caught.value)


@pytest.mark.parametrize(
    "unit", ["{", "(", r"\frac{1}{", r"\sqrt{", "x_{", "e^{", r"\log ", "-", "|", r"\left(", r"\sum_i "]
)
def test_depth_is_bounded(unit: str) -> None:
    def refused() -> None:
        with pytest.raises(NotRead):
            read(unit * (LONGEST // len(unit)))

    assert steps(refused) < 500 * LONGEST
    assert DEEPEST < 60


def test_a_text_of_100_kb_is_refused_at_once() -> None:
    with pytest.raises(NotRead, match="100000 characters"):
        read("x" * 100_000)


PIECES = st.sampled_from([token.text for row in CORPUS for token in tokens(row["latex"])] + list("(){}[]|^_&'.,"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=60).map(" ".join))
@example(r"\frac d d \frac")
def test_pieces_in_any_order_end_in_a_tree_or_in_not_read(latex: str) -> None:
    assert_tree_or_not_read(latex)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_any_text_ends_in_a_tree_or_in_not_read(latex: str) -> None:
    assert_tree_or_not_read(latex)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([row["latex"] for row in CORPUS]), st.data())
def test_a_formula_with_a_piece_changed_ends_in_a_tree_or_in_not_read(latex: str, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(latex))] * 2)))
    assert_tree_or_not_read(latex[:start] + data.draw(PIECES) + latex[end:])


def assert_tree_or_not_read(latex: str) -> None:
    problem = None
    try:
        tree = read(latex)
    except NotRead as refusal:
        problem = refusal
    if problem is None:
        assert from_json(to_json(tree)) == tree
    else:
        assert 1 <= problem.line <= latex.count("\n") + 1
        assert problem.column >= 1


def test_a_long_formula_is_read_in_proportion_to_its_length() -> None:
    terms = " + ".join(rf"\log(\sigma(x_{{{k}}}))" for k in range(168))
    assert LONGEST - 300 < len(terms) <= LONGEST
    assert steps(lambda: read(terms)) < 500 * LONGEST
