"""Pictures that a slider keeps outside its frame, shown without a press.

A slider moves its pictures by a style of its own when somebody presses an arrow. Nothing is ever pressed here: what
stands in the frame is moved for the time of one view, so that the browser asks for what it loads only when it is seen,
and put back. Pictures that a slider hides by other means are counted, so that the record can name them.
"""

from __future__ import annotations

from evidence_kit.capture.area_scripts import PICTURES

SLIDERS = """(most) => {
  const found = new Map(), clips = new Map(), roots = [document], items = [];
  const FRAMES = "[aria-roledescription=carousel], .carousel, .slider, .slideshow, .swiper, .slick-slider, .splide";
  const opaque = e => !e || e.checkVisibility({opacityProperty: true});
  const seen = e => e.checkVisibility({visibilityProperty: true}) && opaque(e.parentElement);
  for (let r = 0; r < roots.length && r < 200; r++)
    for (const e of [...roots[r].querySelectorAll("*")].slice(0, 50000)) {
      if (e.shadowRoot) roots.push(e.shadowRoot);
      if (/^(IMG|VIDEO|CANVAS)$/.test(e.tagName) || e.getAttribute("style")?.includes("url(")) items.push(e);
    }
  const source = e => e.currentSrc || e.src || e.dataset.src || e.style.backgroundImage;
  const cut = n => {
    if (!clips.has(n)) clips.set(n, getComputedStyle(n).overflowX);
    return clips.get(n);
  };
  const out = (r, box) => r.right - r.width / 2 < box.left || r.left + r.width / 2 > box.right;
  const shown = new Set(), hidden = new Set(), frames = new Map();
  for (const e of items.slice(0, 3000)) {
    const r = e.getBoundingClientRect();
    if (!seen(e) || !r.width) {
      const frame = e.closest(FRAMES);
      if (frame && seen(frame) && source(e)) frames.set(source(e), frame);
      continue;
    }
    if (r.width < 24 || r.height < 24) continue;
    let n = e.parentElement;
    for (; n && n !== document.body && n !== document.documentElement; n = n.parentElement)
      if (cut(n) !== "visible" && out(r, n.getBoundingClientRect())) break;
    if (!n || n === document.body || n === document.documentElement) { shown.add(source(e)); continue; }
    const box = n.getBoundingClientRect(), rows = Math.min(r.bottom, box.bottom) - Math.max(r.top, box.top);
    if (!["hidden", "clip"].includes(cut(n)) || box.width < 100 || box.height < 40 || rows < r.height / 2) continue;
    if (box.height > innerHeight * 1.5 || !seen(n)) continue;
    found.set(n, [...found.get(n) || [], e]);
  }
  for (const [address] of frames) if (!shown.has(address)) hidden.add(address);
  const all = globalThis.evidenceKitSliders = [...found].slice(0, most).map(([box, items]) => ({
    box, shown, before: new Map(), by: 0,
    rest: items.sort((a, b) => a.getBoundingClientRect().left - b.getBoundingClientRect().left).slice(0, 100),
  }));
  return {
    more: found.size - all.length, hidden: hidden.size,
    sliders: all.map(({box, rest}) => {
      const lies = [box, ...rest].map(e => e.getBoundingClientRect());
      const whole = Math.round(Math.max(...lies.map(r => r.right)) - Math.min(...lies.map(r => r.left)));
      return {width: box.clientWidth, height: box.clientHeight, whole, part: "slider"};
    }),
  };
}"""
"""Boxes that cut off pictures which lie beside them, and how many pictures sliders hide by other means."""

SLIDE = """async (index, maxText) => {/*pictures*/
  const slider = globalThis.evidenceKitSliders[index], {box, before, shown} = slider;
  const source = e => e.currentSrc || e.src || e.dataset.src || e.style.backgroundImage;
  while (slider.rest.length && (!slider.rest[0].isConnected || shown.has(source(slider.rest[0])))) slider.rest.shift();
  const next = slider.rest.shift();
  if (!next) return {over: true};
  box.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
  const from = e => e.getBoundingClientRect().left, beside = () => from(box) + box.clientLeft - from(next);
  for (let tries = 0; tries < 4 && Math.abs(beside()) > 1; tries++) {  // it may move by itself meanwhile
    slider.by += beside();
    for (const n of box.children) {
      if (!n.style) continue;
      if (!before.has(n)) before.set(n, [n.getAttribute("style"), ...["translate", "transition"].map(k =>
        [k, n.style.getPropertyValue(k), n.style.getPropertyPriority(k)])]);
      n.style.setProperty("transition", "none", "important");
      n.style.setProperty("translate", slider.by + "px", "important");
    }
    await sleep(80);
    await pictures([box]);
  }
  const b = box.getBoundingClientRect(), whole = e => {
    const r = e.getBoundingClientRect();
    const within = r.right <= b.right + 2 || r.width > b.width;
    return within && r.right > b.left && r.left < b.right && r.left >= b.left - 2;
  };
  const came = e => e.tagName !== "IMG" || e.complete && e.naturalWidth > 0;
  const here = [next, ...slider.rest].filter(whole);
  for (const e of here.filter(came)) shown.add(source(e));
  slider.rest = slider.rest.filter(e => !here.includes(e));
  return {over: false, lost: here.includes(next) ? here.filter(e => !came(e)).length : 1};
}""".replace("/*pictures*/", PICTURES)
"""Move the next picture that was not shown yet into the frame; ``lost``: how many of those to be seen did not come."""

UNSLIDE = """(index) => {
  const {before} = globalThis.evidenceKitSliders[index];
  for (const [n, [text, ...kept]] of before) {
    for (const [k, value, priority] of kept) n.style.setProperty(k, value, priority);
    if (text === null && !n.getAttribute("style")) n.removeAttribute("style");
  }
  if (globalThis.evidenceKitHome) scrollTo(globalThis.evidenceKitHome);
}"""
"""Everything in the frame back to where it stood."""
