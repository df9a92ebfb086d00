# ruff: noqa: E501 - a script reads better in whole lines
"""The style rules of the covering script: what a page draws beside its elements, when it prints and while it changes.

A page's own rule for a part of an element (its first line, its marker, the thumb of a slider) can be overruled by a
style sheet alone, and among rules marked ``!important`` the first *layer* wins (CSS Cascading and Inheritance 5, 6.4.3).
So ours is named first in every sheet of the page that can be read; where one cannot, an empty sheet of ours is put
before all others; where the page forbids that too, each part is looked at, and what is drawn there counts as in sight.
"""

from __future__ import annotations

import json

_PARTS = """
first-line first-letter file-selector-button placeholder backdrop details-content marker cue search-text target-text
spelling-error grammar-error selection checkmark picker-icon picker(select) scroll-button(*) scroll-marker
scroll-marker-group column interest-button slider-track slider-thumb slider-fill clear-icon
-webkit-scrollbar -webkit-scrollbar-thumb -webkit-scrollbar-track -webkit-scrollbar-button -webkit-scrollbar-corner
-webkit-scrollbar-track-piece -webkit-resizer -webkit-slider-thumb -webkit-slider-runnable-track -webkit-slider-container
-webkit-progress-bar -webkit-progress-value -webkit-progress-inner-element -webkit-meter-bar -webkit-meter-inner-element
-webkit-meter-optimum-value -webkit-meter-suboptimum-value -webkit-meter-even-less-good-value
-webkit-calendar-picker-indicator -webkit-inner-spin-button -webkit-outer-spin-button -webkit-clear-button
-webkit-search-cancel-button -webkit-search-decoration -webkit-search-results-button -webkit-search-results-decoration
-webkit-textfield-decoration-container -webkit-color-swatch -webkit-color-swatch-wrapper -webkit-date-and-time-value
-webkit-datetime-edit -webkit-datetime-edit-fields-wrapper -webkit-datetime-edit-text -webkit-datetime-edit-year-field
-webkit-datetime-edit-month-field -webkit-datetime-edit-week-field -webkit-datetime-edit-day-field
-webkit-datetime-edit-hour-field -webkit-datetime-edit-minute-field -webkit-datetime-edit-second-field
-webkit-datetime-edit-millisecond-field -webkit-datetime-edit-ampm-field -webkit-media-controls
-webkit-media-controls-enclosure -webkit-media-controls-overlay-enclosure -webkit-media-controls-overlay-play-button
-webkit-media-controls-panel -webkit-media-controls-play-button -webkit-media-controls-timeline-container
-webkit-media-controls-timeline -webkit-media-controls-current-time-display -webkit-media-controls-mute-button
-webkit-media-controls-time-remaining-display -webkit-media-controls-volume-control-container
-webkit-media-controls-volume-slider -webkit-media-controls-volume-control-hover-background
-webkit-media-controls-fullscreen-button -webkit-media-controls-toggle-closed-captions-button
"""

STYLES = """
  const layer = "ek" + crypto.getRandomValues(new Uint32Array(4)).join("");
  const sheet = new CSSStyleSheet();
  const css = rules => Object.entries(rules).map(([k, v]) => k + ":" + v + " !important;").join("");
  const FLAT = css(Object.fromEntries(["background-image", "border-image-source", "list-style-image", "mask-image", "box-shadow",
    "text-shadow", "-webkit-mask-box-image-source", "clip-path", "filter", "backdrop-filter"].map(k => [k, "none"])));
  const PARTS = /*parts*/.map(p => "::" + p).filter(p => CSS.supports("selector(*" + p + ")"));
  const MARGINS = ["top-left-corner", "top-right-corner", "bottom-left-corner", "bottom-right-corner",
    ...["top", "bottom"].flatMap(a => ["left", "center", "right"].map(b => a + "-" + b)),
    ...["left", "right"].flatMap(a => ["top", "middle", "bottom"].map(b => a + "-" + b))];
  sheet.replaceSync("@layer " + layer + " { canvas, svg:not(svg svg), video:not([data-none]), object, embed { " + css(RULES) + " } "
    + PARTS.map(p => "*" + p + " { " + FLAT + " }").join(" ")
    + " [data-evidence-kit-flat]::before, [data-evidence-kit-flat]::after { " + FLAT + "content:'' !important; }"
    + " @media print { *, *::before, *::after { " + FLAT + " } * { content: normal !important; } }"
    + " @page { " + FLAT + MARGINS.map(m => "@" + m + " { content: none !important; " + FLAT + " }").join(" ") + " } }");
  const owns = new WeakMap(), unsure = new WeakSet(), roots = new Set(), named = new WeakSet();
  const foremost = root => {
    const adopted = [...root.adoptedStyleSheets], again = named.has(root);
    if (adopted[0] !== sheet) {
      root.adoptedStyleSheets = [sheet, ...adopted.filter(s => s !== sheet)];
      if (again) news++;
    }
    const name = (s, at) => {
      const r = s.cssRules[0];
      if (r instanceof CSSLayerStatementRule && r.nameList[0] === layer) return;
      s.insertRule("@layer " + layer + ";", 0);
      if (again && at === 0) news++;
    };
    let read = true;
    [...root.styleSheets].forEach((s, at) => { try { name(s, at); } catch (e) { read = false; } });
    named.add(root);
    unsure.delete(root);
    if (read) return;
    if (!owns.has(root)) owns.set(root, document.createElement("style"));
    const own = owns.get(root), top = root === document ? root.documentElement : root;
    if (top && top.firstChild !== own) top.prepend(own);
    try { name(own.sheet); } catch (e) { unsure.add(root); }
  };
  const CONTROLS = new Set(["input", "textarea", "select", "button", "meter", "progress", "audio", "video", "details", "dialog"]);
  const ROLLS = PARTS.filter(p => /scroll|resizer/.test(p));
  const inParts = (n, look) => {
    if (!unsure.has(n.getRootNode())) return false;
    if ((look.scrollMarkerGroup || "none") !== "none") return true;
    const some = CONTROLS.has(n.localName) || n.popover ? PARTS : ["::first-line", "::first-letter"].concat(
      look.display === "list-item" ? ["::marker"] : [], /auto|scroll/.test(look.overflow) ? ROLLS : [],
      look.columnCount !== "auto" || look.columnWidth !== "auto" ? ["::column"] : []);
    return some.some(p => painted(getComputedStyle(n, p)).length);
  };
  const changing = n => {
    if (n.activeViewTransition) { n.activeViewTransition.skipTransition(); news++; }
  };
  const fonts = () => {
    const was = document.fonts.size;
    if (was) document.fonts.clear();
    if (document.fonts.size < was) news++;
  };
  let kept = [];
  addEventListener("beforeprint", e => {
    e.stopImmediatePropagation();
    if (open.size) for (const root of roots) for (const n of root.querySelectorAll("*")) {
      const u = n.style ? getComputedStyle(n).backgroundImage : "";
      if (!u.includes("url(") || DRAWN.test(u)) continue;
      kept.push([n, n.style.getPropertyValue("background-image"), n.style.getPropertyPriority("background-image")]);
      n.style.setProperty("background-image", u, "important");
    }
  }, true);
  addEventListener("afterprint", e => {
    e.stopImmediatePropagation();
    for (const [n, v, p] of kept) n.style.setProperty("background-image", v, p);
    kept = [];
  }, true);
""".replace("/*parts*/", json.dumps(_PARTS.split()))
"""Goes into the covering script (:mod:`evidence_kit.capture.covers`), whose names it uses.

Fonts that a script made from bytes are taken away as those of the network are withheld: their letters can be pictures.
When the page prints, nothing is drawn but plain colours and the backgrounds that come from the network, which is judged
elsewhere: its size and its rules are others than in the window, so what was covered there tells nothing of them; and
its own scripts are not told that it prints.
"""
