import re

import numpy as np
import pytest

from executable_math.latex.tree import MathError
from executable_math.notation.standard import LANGUAGE
from executable_math.values.kinds import Kind
from executable_math.values.sampling import allows, drawn
from executable_math.values.symbols import Symbols, declare, python_name, read_kind


def samples(kind: str, axes: str = "", seed: int = 0) -> np.ndarray:
    """All samples of a symbol of a kind, the groups' values in one row."""
    symbols = Symbols({"N": "size", "K": "size", "i": "index 1..N", "j": "index 1..K", f"x{axes}": kind}, LANGUAGE)
    assert not symbols.problems
    declaration = symbols.declared["x[]" if axes else "x"]
    groups = symbols.groups(("N", "K") if axes else (), seed=seed)
    return np.concatenate([group.data(declaration).ravel() for group in groups])


@pytest.mark.parametrize(
    ("text", "name", "meaning"),
    [
        ("sign", "sign", ""),
        ("sign, a label", "sign", "a label"),
        ("sign — a label", "sign", "a label"),
        ("sign # a label, -1 or +1", "sign", "a label, -1 or +1"),
        ("one-hot - the right class", "one-hot", "the right class"),
        ("one hot", "one-hot", ""),
        ("real in [-5, 5], a raw score", "real", "a raw score"),
        ("real > 0 and < 3: a rate", "real", "a rate"),
        ("index 1..N, an example", "index", "an example"),
        ("class of K, the right one", "class", "the right one"),
        ("function sigmoid, the link", "function", "the link"),
        ("normal(0, 1), noise", "normal", "noise"),
        ("Probability", "probability", ""),
    ],
)
def test_a_kind_and_its_meaning(text: str, name: str, meaning: str) -> None:
    kind, found = read_kind(text, LANGUAGE)
    assert (kind.name, found) == (name, meaning)


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ("vector", "no such kind: 'vector'", "one of size, index, real"),
        ("", "no such kind", "real"),
        ("real of some sort", "'of some sort' after 'real'", "> 0"),
        ("real in [5, 1]", "no interval", "low < high"),
        ("real in [1]", "no interval", "[low, high]"),
        ("index 1..$$", "not read", "1..N"),
        ("size in {0}", "nothing is 'size in {0}'", "from 1 on"),
        ("size < 1", "nothing is 'size < 1'", "from 1 on"),
        ("integer in [0.2, 0.8]", "nothing is", "a value between"),
        ("positive <= 0", "nothing is", "a value between"),
        ("real > 1 < 1", "nothing is", "a value between"),
    ],
)
def test_a_kind_that_is_not_understood_says_what_is(text: str, message: str, advice: str) -> None:
    with pytest.raises(MathError) as caught:
        read_kind(text, LANGUAGE)
    assert message in caught.value.reason
    assert advice in caught.value.advice


@pytest.mark.parametrize(
    ("latex", "key", "axes", "python"),
    [
        ("y", "y", (), "y"),
        ("y_i", "y[]", ("i",), "y"),
        (r"\hat{y}_{ij}", r"\hat{y}[]", ("i", "j"), "y_hat"),
        (r"x^{(i)}_j", "x[]", ("i", "j"), "x"),
        (r"\theta_0", r"\theta_{0}", (), "theta_0"),
        (r"n_{\text{samples}}", "n_{samples}", (), "n_samples"),
        (r"h_\theta(x_i)", r"h_{\theta}()", ("i",), "h_theta"),
        (r"f(x_i; W)_j", "f()", ("i", "j"), "f"),
        (r"\text{x.nelement}()", "x.nelement()", (), "x_nelement"),
        ("p_t", "p_{t}", (), "p_t"),
        ("W_{xh}", "W_{x,h}", (), "W_x_h"),
        (r"\lambda", r"\lambda", (), "lambda_"),
        (r"\mathbf{w}", "w", (), "w"),
    ],
)
def test_what_a_declared_symbol_is_called(latex: str, key: str, axes: tuple[str, ...], python: str) -> None:
    found = declare(latex, Kind("real"), "", "ijk", LANGUAGE)
    assert (found.key, found.axes, found.python) == (key, axes, python)


def test_a_declared_index_is_one() -> None:
    assert declare("h_t", Kind("real"), "", ("t",), LANGUAGE).axes == ("t",)


@pytest.mark.parametrize("latex", ["", "a + b", r"\frac{1}{2}", "2", "a, b", r"\foo"])
def test_what_is_no_symbol_is_a_problem_and_hides_no_other(latex: str) -> None:
    symbols = Symbols({latex: "real", "y": "sign"}, LANGUAGE)
    assert "write: " in symbols.problems[latex]
    assert "y" in symbols.declared


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({"u": "normal(u, 1)"}, "u depends on itself"),
        ({"u": "normal(v, 1)", "v": "normal(u, 1)"}, "u depends on itself"),
        ({"i": "index x..3"}, "x is not a size"),
        ({"i": "index 1000000000..3"}, "an index that begins at 1e+09"),
    ],
)
def test_a_declaration_that_gives_no_values_is_a_problem(declared: dict[str, str], message: str) -> None:
    assert message in "".join(Symbols(declared, LANGUAGE).problems.values())


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({"x": "class of 0"}, "there is no class for x"),
        ({"x": "one-hot"}, "x is a one-hot without an index"),
        ({"i": "index 1..1000000000", "x_i": "real"}, "an index that runs to 1e+09"),
        ({"i": "index 1..2000", "j": "index 1..2000", "x_{ij}": "real"}, "x_{ij} has 4000000 elements"),
        ({"x": "size"}, "the value of the size x is not known here"),
    ],
)
def test_a_symbol_without_values_says_what_it_needs(declared: dict[str, str], message: str) -> None:
    symbols = Symbols({"N": "size", **declared}, LANGUAGE)
    with pytest.raises(MathError, match=re.escape(message)):
        symbols.groups(("N",))[0].data(next(item for key, item in symbols.declared.items() if key.startswith("x")))


def test_a_vector_of_one_choice_has_samples() -> None:
    symbols = Symbols({"i": "index 1..2", "x_i": "real in {0}"}, LANGUAGE)
    assert not symbols.groups(())[0].data(symbols.declared["x[]"]).any()


def test_a_symbol_declared_twice_is_a_problem() -> None:
    assert "twice" in Symbols({r"\mathbf{x}": "real", "x": "real"}, LANGUAGE).problems["x"]


def test_sizes_run_from_1_to_4_and_differ_from_each_other() -> None:
    groups = Symbols({"N": "size", "K": "size >= 2"}, LANGUAGE).groups(("N", "K"))
    assert [group.sizes["N"] for group in groups] == [1, 2, 3, 4]
    assert sorted(group.sizes["K"] for group in groups) == [2, 3, 4, 5]
    assert all(group.sizes["N"] != group.sizes["K"] for group in groups)


def test_an_index_without_a_range_is_asked_for() -> None:
    with pytest.raises(MathError, match="how far does i run") as caught:
        Symbols({"N": "size", "K": "size"}, LANGUAGE).range("i")
    assert "index 1..N" in caught.value.advice


@pytest.mark.parametrize("kind", ["real", "positive", "probability", "label", "sign", "integer", "normal(0, 1)"])
def test_samples_stay_within_their_kind_and_spread(kind: str) -> None:
    values = samples(kind)
    assert allows(read_kind(kind, LANGUAGE)[0], values).all()
    assert len(np.unique(values)) >= min(10, 2 if kind in ("sign", "label") else 10)


@pytest.mark.parametrize(
    "kind", ["real in [-5, 5]", "real > 2", "real <= -1", "real in {1, 10}", "integer >= 1", "integer in [0, 3]"]
)
def test_samples_keep_to_bounds(kind: str) -> None:
    values = samples(kind)
    assert allows(read_kind(kind, LANGUAGE)[0], values).all()
    assert len(np.unique(values)) > 1


def test_samples_are_the_same_each_time_and_others_for_another_seed() -> None:
    assert np.array_equal(samples("real"), samples("real"))
    assert not np.array_equal(samples("real"), samples("real", seed=1))


def test_two_symbols_have_samples_of_their_own() -> None:
    symbols = Symbols({"a": "real", "b": "real"}, LANGUAGE)
    (group,) = symbols.groups(())
    one, other = (group.data(symbols.declared[name]) for name in "ab")
    assert not np.array_equal(one, other)


def test_the_first_half_of_the_samples_is_round() -> None:
    values = samples("real")
    assert np.array_equal(values[:20], np.round(values[:20], 2))
    assert not np.array_equal(values[20:], np.round(values[20:], 2))


@pytest.mark.parametrize("kind", ["sign", "label", "class", "one-hot"])
def test_both_or_all_values_are_tried(kind: str) -> None:
    values = samples(kind, "_{ij}" if kind == "one-hot" else "_i")
    assert len(np.unique(values)) >= 2


def test_a_distribution_sums_to_1_and_a_one_hot_has_one_1() -> None:
    symbols = Symbols({"K": "size", "p_j": "distribution", "y_j": "one-hot"}, LANGUAGE)
    for group in symbols.groups(("K",)):
        p, y = (group.data(symbols.declared[key]) for key in ("p[]", "y[]"))
        assert np.allclose(p.sum(-1), 1, atol=1e-12)
        assert (p > 0).all()
        assert np.array_equal(np.sort(y, -1)[..., -1], np.ones(len(y)))
        assert np.array_equal(y.sum(-1), np.ones(len(y)))


def test_classes_are_counted_from_0_whatever_the_formula_counts_from() -> None:
    for bounds in ("1..K", "0..K-1"):
        symbols = Symbols({"K": "size", "j": f"index {bounds}", "y": "class"}, LANGUAGE)
        for group in symbols.groups(("K",)):
            values = group.data(symbols.declared["y"])
            assert 0 <= values.min() <= values.max() < group.sizes["K"]


def test_groups_are_cut_and_symbols_set_without_change_to_the_others() -> None:
    symbols = Symbols({"a": "real", "b": "real"}, LANGUAGE)
    (group,) = symbols.groups(())
    a, b = (symbols.declared[name] for name in "ab")
    some = group.replaced(a, np.array(7.0)).take(np.array([3, 5]))
    assert some.data(a).tolist() == [7.0, 7.0]
    assert some.data(b).tolist() == group.data(b)[[3, 5]].tolist()


@pytest.mark.parametrize(
    ("name", "python"),
    [(r"\tilde{x}_{0}", "x_tilde_0"), (r"w^*", "w_star"), (r"\mathcal{L}", "L"), ("class", "class_")],
)
def test_python_names(name: str, python: str) -> None:
    assert python_name(name) == python


def test_no_class_is_drawn_from_none() -> None:
    assert drawn(Kind("one-hot"), np.random.default_rng(0), (3, 1)).tolist() == [[1.0]] * 3
