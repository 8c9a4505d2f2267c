"""What a page can do to a reader: every place where an author writes is tried, in a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from small_project import LONGEST_WAIT, ROOT, served, small_project, wait_for
from web_server import serving

CONFIG = """
site_name: A site
theme: {name: material, custom_dir: overrides, font: false}
hooks: [scripts/site_hooks.py, scripts/policy.py]
watch: [src, scripts]
markdown_extensions:
  - attr_list
  - md_in_html
  - tables
  - toc: {permalink: true}
  - pymdownx.highlight
  - pymdownx.superfences
  - executable_math: {module: lossfunctions, paths: [src]}
plugins:
  - search
  - executable-math
  - mkdocs-jupyter: {include: ["lab.py"]}
  - mkdocstrings: {handlers: {python: {paths: [src]}}}
"""


def payload(name: str) -> str:
    """Markup that says in each of its ways that it runs."""
    return f"<script>run(/{name}/)</script><img src=x onerror=run(/{name}/)>"


# Markdown has raw HTML and links to anywhere: what they bring is there, and does not run.
RAW = {
    "script": "<script>run(/script/)</script>",
    "handler": "<img src=x onerror=run(/handler/)>",
    "drawing": "<svg onload=run(/drawing/)><script>run(/drawing/)</script></svg>",
    "frame": '<iframe srcdoc="<script>parent.run(/frame/)</script>"></iframe>',
    "link": "[go](javascript:run(/link/))",
    "raw-link": '<a href="javascript:run(/raw-link/)">go</a>',
    "attribute": "A paragraph.\n{: onclick=run(/attribute/) .press }",
    "heading": f"## A heading {payload('heading')}",
    "cell": f"| A |\n|---|\n| {payload('cell')} |",
    "caption": f"![The hinge.](figures/hinge.svg)\nThe hinge {payload('caption')}.",
    "figure-link": "![The hinge.](javascript:run(/figure-link/)//figures/hinge.svg)\nThe hinge.",
    "places": "\n\n".join(
        [
            "<div data-output=0-0></div>",
            "<!--aside 0-->",
            "<!--aside 99999-->",
            "<div data-stashed=0></div>",
            "<div data-stashed=99999></div>",
            payload("places"),
        ]
    ),
}
# What is no HTML of an author is escaped, or not there at all: it would not run without the policy either.
ESCAPED = {
    "alternative": f"![An alternative '>\"{payload('alternative')}](figures/hinge.svg)\nThe hinge.",
    "link-title": f"""[go](# 'A title ">{payload("link-title")}')""",
    "unchecked": f"""$\\oint y = 3${{ unchecked="why '>{payload("unchecked")}" }}""",
    "differs": f"""```math differs="hinge(y, s) + len('{payload("differs")}')"\n\\max(0, 1 - y s)\n```""",
    "equals": f"""```math equals="hinge(y, s) + 0 * len('{payload("equals")}')"\n\\max(0, 1 - y s)\n```""",
    "class": f"""```math class='">{payload("class")}' equals="hinge(y, s)"\n\\max(0, 1 - y s)\n```""",
    "title": f"""```math title='">{payload("title")}' equals="hinge(y, s)"\n\\max(0, 1 - y s)\n```""",
    "formula": f'$y = y \\text{{</span>{payload("formula")}}}${{ unchecked="no" }}',
    "code": f"```python title='\">{payload('code')}'\n{payload('code')}\n```",
    "example": f'```pycon\n>>> print("{payload("example")}")\n{payload("example")}\n```',
}
# Shown while the site is served: nothing of it is published.
FAILING = {
    "id": f"""```math id='">{payload("id")}' equals="hinge(y, s)"\n\\max(0, 1 - y s)\n```""",
    "as": f"""$1${{ as="'>{payload("as")}" }}""",
    "wrong-equals": f"""$1.3${{ equals="hinge('{payload("wrong-equals")}')" }}""",
    "unknown-attribute": """$1 = 1${ onclick=run(/unknown-attribute/) .press }""",
    "formula-that-cannot-be-set": f'$\\nothing{{{payload("formula-that-cannot-be-set")}}}${{ unchecked="no" }}',
    "address-in-formula": r'$\mmlToken{mi}[href="javascript:run(/address-in-formula/)"]{x}${ unchecked="no" }',
    "error": f'```pycon\n>>> raise ValueError("{payload("error")}")\n```',
    "missing-figure": f"![x](figures/{payload('missing-figure').replace(' ', '%20')}.svg)\nNothing.",
}
PAGE = f"""---
title: A page '>"{payload("front-title")}
description: A page '>"{payload("front-description")}
author: A page '>"{payload("front-author")}
symbols:
  y: sign, '>"{payload("meaning")}
  s: real
---
# A page

```math id="hinge" equals="hinge(y, s)"
\\max(0, 1 - y s)
```

"""
LAB = f"""# %% [markdown]
# # A lab {payload("lab")}

# %% alt='An alternative ">{payload("lab-alternative")}'
import sys
from IPython.display import HTML, SVG, display
print({payload("printed")!r})
print({payload("warned")!r}, file=sys.stderr)
display(HTML({payload("shown")!r}))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg'><text>&lt;script>run(/drawn/)&lt;/script></text></svg>"))
"""
API = "# Functions\n\n::: lossfunctions.margin\n    options: {members: [hinge]}\n"
PLACES = ["", "lab/", "api/", "no-such-page/"]


def project(folder: Path, parts: dict[str, str]) -> Path:
    text = "\n\n".join([PAGE, *parts.values()])
    small_project(folder, CONFIG, {"index.md": text, "lab.py": LAB, "api.md": API})
    shutil.copytree(ROOT / "overrides", folder / "overrides")
    shutil.copy(ROOT / "LICENSE", folder)
    module, figure = folder / "src/lossfunctions/margin.py", folder / "scripts/figures/hinge.py"
    module.write_text(module.read_text().replace("Zero for a score", f"{payload('docstring')} Zero for a score", 1))
    figure.write_text(figure.read_text().replace('"worked examples"', repr(f"</text>{payload('label')}"), 1))
    return folder


def build(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8")


def ran(context: BrowserContext, address: str) -> set[str]:
    """The names of all that runs on the pages, also when everything is pressed."""
    page, found = context.new_page(), set[str]()
    page.add_init_script("self.ran = []; self.run = name => { ran.push(name.source) }")
    for name in PLACES:
        page.goto(f"{address}/{name}")
        page.evaluate("""async () => {
            for (const part of document.querySelectorAll("a[href^='javascript:'], .press")) part.click();
            for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame);
        }""")
        found |= set(page.evaluate("ran"))
    context.close()
    return found


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose build is not strict, so that there is something to look at."""
    folder = project(tmp_path_factory.mktemp("attacked"), {**RAW, **ESCAPED})
    built = build(folder)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


def test_nothing_of_an_author_runs(browser: Browser, published: Path) -> None:
    with serving(published / "site") as server:
        assert ran(browser.new_context(), server.address) == set()


def test_without_the_policy_only_raw_html_would_run(browser: Browser, published: Path) -> None:
    """All that the test above tries would run, and what is no HTML is none."""
    with serving(published / "site") as server:
        assert ran(browser.new_context(bypass_csp=True), server.address) == RAW.keys() | {"lab", "docstring"}


def test_what_would_run_ends_a_strict_build_and_is_named_with_its_page(published: Path) -> None:
    before = (published / "site/index.html").read_bytes()
    built = build(published, "--strict")
    assert built.returncode == 1
    for name in RAW:
        assert re.search(rf"ERROR   -  index\.html: this is to run, .*run\(/{name}/\)", built.stderr), name
    assert not [name for name in ESCAPED if f"run(/{name}/)" in built.stderr]
    assert (published / "site/index.html").read_bytes() == before


PLUGIN = """
from pathlib import Path

def on_post_page(output, **_):
    return output.replace("</body>", "<script>load('https://example.org/plugin.js')</script></body>")

def on_post_build(config):
    Path(config.site_dir, "plugin.css").write_text("@import '//example.org/plugin.css';")
    Path(config.site_dir, "plugin.html").write_text("<p>No page of the theme's.")
"""


def test_what_a_plugin_brings_is_refused(published: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(published, tmp_path / "project", symlinks=True)
    (folder / "docs/index.md").write_text("# A page\n")
    (folder / "scripts/plugin.py").write_text(PLUGIN)
    config = (folder / "mkdocs.yml").read_text()
    (folder / "mkdocs.yml").write_text(config.replace("scripts/policy.py", "scripts/policy.py, scripts/plugin.py"))
    built = build(folder, "--strict")
    assert built.returncode == 1
    assert "index.html: this is to run, and a page or a plugin wrote it: <script>load('https" in built.stderr
    assert "plugin.css: this asks another host: @import '//example.org/plugin.css';" in built.stderr
    assert "plugin.html: this page has no content security policy" in built.stderr


def test_while_the_site_is_served_nothing_of_an_author_runs_and_pages_reload(browser: Browser, tmp_path: Path) -> None:
    folder = project(tmp_path, {**RAW, **ESCAPED, **FAILING})
    with served(folder) as address:
        wait_for(f"{address}/lab/", folder, lambda page: 'class="output"' in page and "being executed" not in page)
        assert ran(browser.new_context(), address) == set()
        assert ran(browser.new_context(bypass_csp=True), address) == RAW.keys() | {"lab", "docstring"}
        assert "index.html: this is to run" in (folder / "log").read_text()
        reader = browser.new_page()
        reader.goto(address)
        (folder / "docs/index.md").write_text("# Another page\n")
        expect(reader.locator("h1")).to_have_text(re.compile("Another page"), timeout=1000 * LONGEST_WAIT)
        reader.close()
