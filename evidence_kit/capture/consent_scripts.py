"""The scripts that find a consent wall and refuse in it; they run in our own world, with the rules as their argument.

Looking, judging and pressing are one call, between whose parts no script of the page can move anything.
"""

from __future__ import annotations

_OVERLAY = r"""
  const up = e => e.parentElement || (e.getRootNode().host || null);
  const shown = e => {
    const r = e.getBoundingClientRect();
    return r.width > 1 && r.height > 1 && e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true});
  };
  const lies = e => {
    if (e === document.body || e === document.documentElement) return false;
    if (e.matches("dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true]")) return true;
    return ["fixed", "sticky"].includes(getComputedStyle(e).position);
  };
  const over = (e, most) => {
    for (let n = e, i = 0; n && i < most; n = up(n), i++) if (lies(n)) return n;
    return null;
  };
  const wall = (f, rules) => {
    const r = f.getBoundingClientRect();
    if (r.width < 100 || r.height < 40 || !shown(f)) return "";
    for (const m of rules.managers) if ((m.frame || []).some(s => f.matches(s))) return m.name;
    return over(f, 8) ? "frame" : "";
  };
"""

CONSENT = (
    r"""(rules, press, framed) => {"""
    + _OVERLAY
    + r"""
  const state = globalThis.evidenceKitConsent = globalThis.evidenceKitConsent || {pressed: new WeakSet(), last: null};
  const plain = t => (t || "").slice(0, 300).toLowerCase().normalize("NFC").replace(/\s+/g, " ")
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "").trim();
  const BUTTONS = "button, a, [role=button], input[type=button], input[type=submit], input[type=reset]";
  const roots = [document, ...(globalThis.evidenceKitClosed || []).filter(r => r.host.isConnected)];
  let seen = 0;
  for (let i = 0; i < roots.length && i < 50; i++)
    for (const e of roots[i].querySelectorAll("*")) {
      if (++seen > 20000) break;
      if (e.shadowRoot) roots.push(e.shadowRoot);
    }
  const all = (where, selector) => {
    const found = [];
    for (const root of where) { try { found.push(...root.querySelectorAll(selector)); } catch { continue; } }
    return found.slice(0, 3000);
  };
  const inside = b => [b, ...roots.filter(r => r.host && b.contains(r.host))];
  const label = e => plain(e.tagName === "INPUT" ? e.value : e.textContent) || plain(e.getAttribute("aria-label"));
  const words = e => inside(e).map(x => x === e ? (e.innerText || "") : (x.textContent || "")).join(" ").toLowerCase();
  const speaks = rules.speaks_of.map(p => new RegExp(p, "iu"));
  const refuse = new Set(rules.refuse), more = new Set(rules.more), accept = new Set(rules.accept);
  const host = location.hostname.toLowerCase();
  const at = m => !m.hosts || m.hosts.some(h => host === h || host.endsWith("." + h));
  const strange = b => all(inside(b), "input:not([type=checkbox]):not([type=radio]):not([type=hidden])"
    + ":not([type=button]):not([type=submit]):not([type=search]):not([type=reset]), textarea, [contenteditable=true]")
    .some(shown);

  const about = (e, b) => {
    for (let n = up(e); n; n = up(n)) {
      let text = words(n);
      for (const x of all(inside(n), BUTTONS)) text = text.replace((x.innerText || x.value || "").toLowerCase(), " ");
      if (text.replace(/\s+/g, "").length >= 25 || n === b) return speaks.some(p => p.test(text));
    }
    return false;
  };
  const walls = [];
  for (const m of rules.managers.filter(at))
    for (const b of all(roots, m.banner.join(", ")))
      if (shown(b) || all(inside(b), BUTTONS).some(shown)) walls.push({name: m.name, rule: m, banner: b});
  if (!walls.length && (!framed || framed === "frame" || framed === "named")) {
    const ways = [e => refuse.has(label(e)) || more.has(label(e)), e => accept.has(label(e))];
    for (const way of ways) for (const e of walls.length ? [] : all(roots, BUTTONS)) {
      if (!way(e) || !shown(e)) continue;
      const b = framed ? document.body : over(e, 15);
      if (!b || walls.some(w => w.banner === b)) continue;
      const text = words(b);
      if (text.length > 6000 || rules.never.some(w => text.includes(w)) || strange(b) || !about(e, b)) continue;
      walls.push({name: "words", rule: {refuse: [], more: []}, banner: b, bare: way === ways[1]});
    }
  }
  const frames = framed ? 0 : all(roots, "iframe").filter(f => wall(f, rules)).length;
  const scrolls = document.body && [document.body, document.documentElement]
    .some(e => getComputedStyle(e).overflowY === "hidden" || getComputedStyle(e).overflowY === "clip");
  const locked = !!scrolls;
  if (!walls.length) return {state: "none", frames, locked};

  const judge = (e, b) => {
    if (state.pressed.has(e)) return "pressed before";
    if (e.disabled || e.getAttribute("aria-disabled") === "true") return "it cannot be pressed";
    const link = e.closest("a[href]");
    if (link) {
      const to = (link.getAttribute("href") || "").trim();
      const stays = !to || to.startsWith("#") || /^javascript:/i.test(to)
        || link.href.split("#")[0] === location.href.split("#")[0] && link.hash;
      if (!stays) return "it leads to another page";
    }
    if (e.form && [...e.form.elements].some(x => x.type === "password")) return "it stands in a form with a password";
    e.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
    const r = e.getBoundingClientRect(), x = r.left + r.width / 2, y = r.top + r.height / 2;
    const hit = e.getRootNode().elementFromPoint(x, y);
    if (!hit || !(hit === e || e.contains(hit))) return "something else lies over it";
    return "";
  };
  const named = e => {
    const classes = [...e.classList].slice(0, 3).map(c => "." + c).join("");
    return (e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + classes).slice(0, 200);
  };
  let reason = "no way to refuse was found in it";
  const first = walls[0];
  for (const kind of press === "all" ? ["refuse", "more"] : press ? ["refuse"] : [])
    for (const w of walls) {
      const known = kind === "refuse" ? refuse : more;
      const offered = w.rule[kind].length ? all(inside(w.banner), w.rule[kind].join(", ")) : [];
      for (const e of all(inside(w.banner), BUTTONS))
        if (known.has(label(e)) && (w.name !== "words" || about(e, w.banner))) offered.push(e);
      for (const e of offered.filter(shown)) {
        const why = judge(e, w.banner);
        if (why === "pressed before") continue;
        if (why) { reason = why; continue; }
        state.pressed.add(e);
        const said = (e.tagName === "INPUT" ? e.value : e.innerText || e.getAttribute("aria-label") || "").trim();
        e.click();
        return {state: "pressed", kind, name: w.name, text: said.slice(0, 200), selector: named(e), frames, locked,
          leads_on: !!w.rule.leads_on};
      }
    }
  return {state: "there", name: first.name, reason, frames, locked, bare: !!first.bare};
}"""
)

CONSENT_FRAME = r"""function(rules) {""" + _OVERLAY + r"""  return wall(this, rules); }"""
