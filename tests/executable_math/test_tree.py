import pytest

from executable_math import read
from executable_math.latex.tree import (
    Indexed,
    Node,
    Number,
    Primed,
    Symbol,
    from_json,
    name_of,
    pointed,
    position,
    rebuilt,
    to_json,
    walk,
)
from trees import add, negate

a, b = Symbol("a"), Symbol("b")


def test_walk_goes_through_a_tree_as_it_is_written() -> None:
    names = [node.name for node in walk(read("a + b c = d")) if isinstance(node, Symbol)]
    assert names == list("abcd")


def test_children_are_the_nodes_directly_inside() -> None:
    assert add(a, negate(b)).children == (a, negate(b))
    assert a.children == ()


def test_equality_is_of_what_is_written_and_not_of_where() -> None:
    assert Symbol("a", span=(3, 4)) == a
    assert hash(Symbol("a", span=(3, 4))) == hash(a)
    other: Node = Number("a")
    assert a != other


@pytest.mark.parametrize(
    ("node", "name"),
    [
        (a, "a"),
        (Indexed(a, (Symbol("i"), b)), "a_{i,b}"),
        (Indexed(a, (Number("0"),)), "a_{0}"),
        (Primed(a, 2), "a''"),
        (Indexed(a, (add(a, b),)), ""),
        (add(a, b), ""),
    ],
)
def test_what_has_a_name(node: Node, name: str) -> None:
    assert name_of(node) == name


def test_rebuilt_changes_one_place_and_leaves_the_rest() -> None:
    tree = add(a, negate(a))
    place = tree.parts[0]
    assert rebuilt(tree, lambda node: b if node is place else None).children[0] == b
    assert rebuilt(tree, lambda node: None) == tree


def test_json_names_the_type_of_every_node() -> None:
    data = to_json(read(r"\sum_{i=1}^{N} a_i"))
    assert data["type"] == "Formula"
    assert data["statements"][0]["operator"] == "sum"
    assert data["statements"][0]["lower"] == {"type": "Number", "span": [8, 9], "text": "1"}


@pytest.mark.parametrize("data", [{}, {"type": "os"}, {"type": "Node "}])
def test_json_of_no_node_is_refused(data: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not a node"):
        from_json(data)


def test_every_type_of_node_is_known_to_json() -> None:
    assert all(type(from_json(to_json(node))) is type(node) for node in walk(read(r"|x| \le \sqrt{2}, y \in [0, 1]")))
    assert isinstance(from_json({"type": "Dots", "span": [0, 1]}), Node)


@pytest.mark.parametrize(("offset", "place"), [(0, (1, 1)), (2, (1, 3)), (3, (2, 1)), (5, (2, 3))])
def test_position_counts_lines_and_columns_from_1(offset: int, place: tuple[int, int]) -> None:
    assert position("ab\ncd", offset) == place


def test_a_long_line_is_shown_around_the_place() -> None:
    line, caret = pointed("x" * 300 + "!" + "y" * 300, 300).splitlines()
    assert len(line) <= 104
    assert line[caret.index("^")] == "!"
