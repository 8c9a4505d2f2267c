"""Cases and matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from executable_math.latex.cursor import Cursor
from executable_math.latex.tokens import CASES, ELSE, MATRICES, Token
from executable_math.latex.tree import Call, Case, Cases, Matrix, Node, Symbol, Vector

Row = TypeVar("Row", bound=Node)


class Environments(Cursor):
    """Reads what stands between a begin and its end."""

    def environment(self) -> Node:
        token = self.token
        if token.text in CASES:
            return self.cases()
        if token.text in MATRICES:
            return self.matrix()
        self.refuse_token()
        return None

    def rows(self, kind: str, row: Callable[[], Row]) -> tuple[Token, list[Row]]:
        """The head of an environment and its rows, to its end."""
        token = self.advance()
        if token.text == "array" and self.token.text == "{":
            self.skip_group()
        self.open.append(kind)
        rows: list[Row] = []
        while not self.at_environment_end(token):
            rows.append(row())
            self.take("\\\\")
        self.advance()
        self.open.pop()
        return token, rows

    def cases(self) -> Node:
        token, rows = self.rows("cases", self.case)
        if not rows:
            self.refuse(
                "cases without a row", r"\begin{cases} a & \text{if } x > 0 \\ b & \text{otherwise} \end{cases}"
            )
        return Cases(tuple(rows), span=self.since(token.start))

    def at_environment_end(self, opened: Token) -> bool:
        if self.at_end():
            self.refuse(f"this environment {opened.text} is never closed", rf"\end{{{opened.text}}}", at=opened.start)
        if self.token.kind == "end" and self.token.text != opened.text:
            self.refuse(f"this ends {self.token.text}, and {opened.text} is open", rf"\end{{{opened.text}}}")
        return self.token.kind == "end"

    def case(self) -> Case:
        start = self.token.start
        value = self.expression()
        self.skip_case_gap()
        condition = self.case_condition()
        while self.token.text in (",", ";", "."):
            self.advance()
        return Case(value, condition, span=self.since(start))

    def skip_case_gap(self) -> None:
        while self.token.text in (",", ";", "&", "\\quad", ":") and self.token.kind == "mark":
            self.advance()

    def case_condition(self) -> Node | None:
        opened = self.token
        if self.take("{"):
            condition = self.case_condition()
            self.expect("}", opened)
            return condition
        if self.token.text in ELSE and self.token.kind in ("keyword", "word"):
            self.advance()
            return None
        if self.token.text == "\\\\" or self.token.kind == "end":
            self.refuse("a case without its condition", r"& \text{otherwise}")
        self.skip_if()
        condition = self.condition()
        self.skip_case_gap()
        return condition

    def skip_if(self) -> None:
        """Past an "if", also one in italics."""
        italic = self.token.text == "i" and self.next().text == "f" and not self.next().spaced
        for _ in range(2 if italic else self.at_condition()):
            self.advance()

    def matrix(self) -> Node:
        token, rows = self.rows("matrix", self.matrix_row)
        self.refuse_ragged(rows, token)
        if token.text == "Vmatrix":
            self.refuse("double bars around a matrix: which norm?", r"\|A\|_F, with a matrix A", at=token.start)
        matrix = Matrix(tuple(rows), span=self.since(token.start))
        return Call(Symbol("\\det"), (matrix,), span=matrix.span) if token.text == "vmatrix" else matrix

    def matrix_row(self) -> Vector:
        start = self.token.start
        items = [self.expression()]
        while self.take("&"):
            items.append(self.expression())
        return Vector(tuple(items), span=self.since(start))

    def refuse_ragged(self, rows: list[Vector], token: Token) -> None:
        if len({len(row.items) for row in rows}) != 1:
            self.refuse("a matrix whose rows differ in length", "rows with as many & each", at=token.start)
