# ruff: noqa: E501 - pages stand on one line
"""Whatever we send into a page stands in steps[] by digest, and nothing of ours can be seen or reached from the page."""

from __future__ import annotations

import ast
import hashlib
import json
from pathlib import Path

import pytest

import evidence_kit.capture
from evidence_kit.records import Subject
from tests.kit.site import Site, page

RICH = """<!doctype html><title>t</title><style>@keyframes k{to{opacity:.5}} p{animation:k 1s infinite}</style><p>words</p>
<div style="height:600px;overflow:auto">%s</div><iframe srcdoc="<p>inside</p>"></iframe><div style="height:3000px"></div>
<script>document.body.append(Object.assign(new Image(), {src: URL.createObjectURL(new Blob(["x"]))}));
try { new WebSocket("ws://" + location.host + "/s"); } catch (e) { console.log(e); }</script>""" % ("<p>line</p>" * 200)
SCRIPT_FIELDS = {"functionDeclaration", "expression", "source"}
PLAYWRIGHTS_OWN_WORDS = ("evaluate", "add_script_tag", "add_style_tag", "add_init_script", "expose_function",
    "expose_binding", "click", "dblclick", "hover", "fill", "press", "tap", "wait_for_function", "mouse",
    "keyboard", "touchscreen", "screenshot", "eval_on_selector", "evaluate_handle", "set_content")  # fmt: skip


def sent_scripts(monkeypatch) -> tuple[list[str], list[str]]:
    """Texts that went over any DevTools session, and what else went to the driver."""
    from playwright._impl import transport

    texts: list[str] = []
    other: list[str] = []
    real = transport.PipeTransport.send

    def send(self, message):
        params, method = message.get("params") or {}, message.get("method", "")
        inner = params.get("params") or {}
        if method == "send" and "method" in params:
            if params["method"] == "Target.sendMessageToTarget":
                inner = json.loads(inner["message"])["params"]
            texts.extend(str(inner[f]) for f in SCRIPT_FIELDS & set(inner))
        else:
            other.append(method)
        return real(self, message)

    monkeypatch.setattr(transport.PipeTransport, "send", send)
    return texts, other


@pytest.mark.parametrize("subject", [Subject.ADULT, Subject.MINOR])
def test_every_script_sent_stands_in_the_steps(take, monkeypatch, subject: Subject) -> None:
    with Site({"/": page(RICH)}) as site:
        take(site.url + "/")  # the browser is warm, and nothing of its start is listened to
        texts, other = sent_scripts(monkeypatch)
        result, _sink = take(site.url + "/", subject)
    noted = {d for s in result.steps for d in s.get("scripts_sha256", [])}
    assert len(texts) >= (15 if subject is Subject.ADULT else 2)
    assert {hashlib.sha256(t.encode()).hexdigest() for t in texts} == noted
    main = {s["script_sha256"] for s in result.steps if "script_sha256" in s}
    assert main <= noted
    assert {
        m
        for m in other
        if any(word in m.lower() for word in ("eval", "mouse", "keyboard", "tag", "initscript", "binding"))
    } == set()


def test_no_way_into_a_page_past_the_steps() -> None:
    folder = Path(evidence_kit.capture.__file__).parent
    found = [
        f"{file.name}:{node.lineno} {node.attr}"
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in PLAYWRIGHTS_OWN_WORDS
        if isinstance(node.value, ast.Attribute | ast.Name)
        and (getattr(node.value, "attr", "") or getattr(node.value, "id", ""))
        in {"page", "frame", "context", "_page", "main_frame"}
    ]
    assert [f for f in found if not f.startswith("host.py")] == []  # host prints our own report in a page of its own


def test_page_sees_nothing_of_ours_and_forges_nothing(take) -> None:
    html = """<!doctype html><script>
      const before = new Set(Object.getOwnPropertyNames(window));
      Function.prototype.call = Array.prototype.push = JSON.stringify = Object.prototype.toString = () => { throw 1; };
      document.createTreeWalker = () => { document.title = "reached"; throw 1; };
      Object.defineProperty(document, "evidenceKitFixed", {set() { document.title = "reached"; }});
      for (const n of ["evidenceKitAreas", "evidenceKitFixed", "evidenceKit"])
        Object.defineProperty(window, n, {get() { document.title = "reached"; }, set() { document.title = "reached"; }});
      const seen = new Set();
      setInterval(() => {
        for (const n of Object.getOwnPropertyNames(window)) if (/playwright|evidence|puppeteer|cdc_|webdriver_/i.test(n)) seen.add(n);
        document.querySelector("p").textContent = "seen:" + [...seen].filter(n => !["evidenceKitAreas", "evidenceKitFixed", "evidenceKit"].includes(n)).join() + ".";
      }, 20);</script><p>x</p><div style="height:4000px"></div>"""
    with Site({"/": page(html)}) as site:
        result, _sink = take(site.url + "/")
    assert "seen:." in result.text
    assert result.title != "reached"
    assert result.outcome == "complete"
