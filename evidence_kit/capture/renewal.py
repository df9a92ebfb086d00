"""What a kept sign-in has become after a page was opened with it.

Sites give new cookies and take the old ones back while they are used; a sign-in that is always begun from the same
copy is dead after a while. So what the browser holds at the end takes the place of the copy, but only where it is not
weaker: what signs in has to be there still. Whether the site still knows her is judged by what it showed, as far as
that can be told; no request is made to find out.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from evidence_kit.canonical import JsonObject
from evidence_kit.capture.secrets import signs_in

STORED_VALUES = """() => {
  const values = [];
  try {
    for (let i = 0; i < Math.min(localStorage.length, 500); i++) {
      const name = localStorage.key(i), value = localStorage.getItem(name);
      if (value.length <= 65536) values.push({name, value});
    }
  } catch (e) { }
  return {origin: location.origin, values};
}"""
"""The stored values of the page that is open, for the vault's own row of that sign-in and nothing else."""


def now_held(cookies: list[Any], stored: object) -> JsonObject:
    """The browser's cookies and the open page's stored values, in the form of a kept sign-in."""
    found: JsonObject = {"cookies": [dict(c) for c in cookies], "origins": []}
    if isinstance(stored, dict) and str(stored.get("origin", "")).startswith(("http://", "https://")):
        found["origins"] = [{"origin": stored["origin"], "localStorage": list(stored.get("values", []))}]
    return found


def renewed(kept: JsonObject, held: JsonObject, at: float) -> JsonObject | None:
    """``kept`` with what the browser ``held`` at the end, of the same sites alone; None where that would be weaker.

    ``at`` is the time in seconds since the epoch: a cookie that had run out by itself is not missed.
    """
    sites = {_site(c) for c in kept.get("cookies", [])} | {_host(o) for o in kept.get("origins", [])}
    cookies = [c for c in held.get("cookies", []) if _of(_site(c), sites)]
    there = {(c["name"], _site(c)) for c in cookies if c.get("value")}
    for one in kept.get("cookies", []):
        over = 0 < float(one.get("expires") or -1) <= at
        secret = signs_in(str(one["name"]), str(one["value"]), http_only=bool(one.get("httpOnly")))
        if secret and not over and (one["name"], _site(one)) not in there:
            return None
    origins = {str(o.get("origin", "")): o for o in kept.get("origins", [])}
    for origin in held.get("origins", []):
        if not _of(_host(origin), sites):
            continue
        before = origins.get(str(origin["origin"]), {}).get("localStorage", [])
        values = {str(v["name"]) for v in origin["localStorage"] if v.get("value")}
        if any(signs_in(str(v["name"]), str(v["value"])) and str(v["name"]) not in values for v in before):
            return None
        origins[str(origin["origin"])] = origin
    return {"cookies": cookies, "origins": [o for o in origins.values() if o.get("localStorage")]}


def _site(cookie: JsonObject) -> str:
    return str(cookie.get("domain", "")).lstrip(".").lower()


def _host(origin: JsonObject) -> str:
    return (urlsplit(str(origin.get("origin", ""))).hostname or "").lower()


def _of(host: str, sites: set[str]) -> bool:
    """Whether a host is one of the sites, or lies above or below one."""
    return any(host == s or host.endswith(f".{s}") or s.endswith(f".{host}") for s in sites if s and host)
