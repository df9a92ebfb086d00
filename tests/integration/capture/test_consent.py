# ruff: noqa: E501 - pages stand on one line
"""Consent walls are refused by rule, told of in the steps, and nothing else is ever pressed."""

from __future__ import annotations

import json

import pytest

from tests.kit.site import Reply, Site, page

STYLE = "<style>.wall{position:fixed;left:0;right:0;bottom:0;background:#fd0;padding:30px;z-index:9}</style>"
TALK = "<p>We and our partners put cookies on your device to measure our audience and show you advertising.</p>"
PARLE = "<p>Nous déposons des cookies sur votre appareil pour mesurer notre audience et montrer des publicités.</p>"
REST = "<h1>article</h1><div style='height:2500px'>words</div>"


def wall(inner: str, before: str = "", **headers: str) -> Reply:
    return page(f"<!doctype html><meta charset=utf-8>{STYLE}<body>{before}{REST}{inner}", **headers)


def button(name: str, attributes: str, label: str, gone: str = "w") -> str:
    return f"<button {attributes} onclick=\"document.getElementById('{gone}').remove();fetch('/did/{name}')\">{label}</button>"


def consent(take, pages: dict[str, Reply], path: str = "/"):
    with Site(pages) as site:
        result, sink = take(site.url + path)
        asked = [p for p in site.asked if p.startswith("/did/")]
    step = next(s for s in result.steps if s["name"] == "consent")
    return result, sink, step, asked


NEE = button("no", "class='cmplz-btn cmplz-deny'", "Nee")
JA = button("yes", "class='cmplz-btn cmplz-accept'", "Ja")
WALLS = {
    "OneTrust": f"<div id=w><div id=onetrust-banner-sdk class=wall>{TALK}{button('yes', 'id=onetrust-accept-btn-handler', 'Accept All')}{button('no', 'id=onetrust-reject-all-handler', 'Reject All')}</div></div>",
    "Didomi": f"<div id=w><div id=didomi-popup class=wall>{PARLE}{button('yes', 'id=didomi-notice-agree-button', 'Accepter')}<span class=didomi-continue-without-agreeing onclick=\"document.getElementById('w').remove();fetch('/did/no')\">Continuer sans accepter →</span></div></div>",
    "Cookiebot": f"<div id=w><div id=CybotCookiebotDialog class=wall>{TALK}{button('yes', 'id=CybotCookiebotDialogBodyLevelButtonLevelOptinAllowAll', 'OK')}{button('no', 'id=CybotCookiebotDialogBodyButtonDecline', 'Nur notwendige')}</div></div>",
    "Tarteaucitron": f"<div id=w><div id=tarteaucitronRoot><div id=tarteaucitronAlertBig class=wall>{PARLE}{button('yes', 'id=tarteaucitronPersonalize2', '✓ OK, tout accepter')}{button('no', 'id=tarteaucitronAllDenied2', '✗ Interdire tous les cookies')}</div></div></div>",
    "Complianz": f"<div id=w><div class='cmplz-cookiebanner wall'>{TALK}{NEE}{JA}</div></div>",
    "words": f"<div id=w class=wall role=dialog>{PARLE}<a href='#' onclick=\"document.getElementById('w').remove();fetch('/did/no')\">Continuer sans accepter</a>{button('yes', '', 'Tout accepter')}</div>",
    "words ko": f"<div id=w class=wall><p>이 사이트는 방문자 수를 측정하고 광고를 보여 드리기 위해 쿠키를 사용합니다. 자세한 내용을 확인하세요.</p>{button('yes', '', '모두 허용')}{button('no', '', '모두 거부')}</div>",
    "words zh": f"<div id=w class=wall><p>我们使用 Cookie 来衡量访问量并向您展示广告，您可以随时更改您的选择，详情请阅读我们的说明。</p>{button('yes', '', '全部接受')}{button('no', '', '全部拒绝')}</div>",
    "words de": f"<div id=w class=wall><p>Wir verwenden Cookies und ähnliche Technologien, um diese Seite zu verbessern.</p>{button('yes', '', 'Alle akzeptieren')}{button('no', '', 'Alle ablehnen')}</div>",
    "words en": f"<div id=w class=wall><p>This site uses cookies to measure its audience. You can change your mind at any time.</p>{button('yes', '', 'Accept')}{button('no', '', 'Decline')}</div>",
    "words fr": f"<div id=w class=wall><p>Avec nos partenaires, nous utilisons des cookies pour mesurer l'audience de ce site.</p>{button('yes', '', 'Accepter')}{button('no', '', 'Refuser')}</div>",
    "Usercentrics": "<div id=w><div id=usercentrics-root></div></div><script>const r=document.getElementById('usercentrics-root').attachShadow({mode:'open'});"
    f"r.innerHTML=`{STYLE}<div data-testid=uc-default-banner class=wall>{TALK}<button data-testid=uc-accept-all-button>Accept</button><button data-testid=uc-deny-all-button>Deny</button></div>`;"
    "r.querySelector('[data-testid=uc-deny-all-button]').onclick=()=>{w.remove();fetch('/did/no')}</script>",
}


@pytest.mark.parametrize("name", WALLS)
def test_wall_is_refused_and_seen_before_and_after(take, name: str) -> None:
    result, sink, step, asked = consent(take, {"/": wall(WALLS[name])})
    assert asked == ["/did/no"]
    assert step["result"] == "done"
    assert step["consent"]["banner"] == name.partition(" ")[0]
    assert step["consent"]["refused"] is True
    assert len(step["consent"]["clicks"]) == 1
    assert step["consent"]["clicks"][0]["kind"] == "refuse"
    assert sink.data["first-view.png"] != sink.data["after-consent.png"]
    names = [s["name"] for s in result.steps]
    assert names.index("first-view") < names.index("consent") < names.index("scroll")
    assert result.outcome == "complete"


def test_refusal_behind_the_settings_is_found(take) -> None:
    inner = f'<div id=w><div id=onetrust-banner-sdk class=wall>{TALK}{button("yes", "", "Accept All")}<button id=onetrust-pc-btn-handler onclick="p.hidden=false">Manage</button></div><div id=p hidden><div id=onetrust-pc-sdk class=wall>{TALK}{button("yes", "id=accept-recommended-btn-handler", "Allow All")}{button("no", "class=ot-pc-refuse-all-handler", "Object to all")}</div></div></div>'
    _result, _sink, step, asked = consent(take, {"/": wall(inner)})
    assert asked == ["/did/no"]
    assert [c["kind"] for c in step["consent"]["clicks"]] == ["more", "refuse"]
    assert step["consent"]["refused"] is True


def test_refusal_in_a_frame_of_another_site(take) -> None:
    with Site({}) as site:
        inside = f"<!doctype html><meta charset=utf-8><div class=message-container>{PARLE}<button class=sp_choice_type_11>Accepter</button><button class=sp_choice_type_13 title=x onclick=\"parent.postMessage('no','*')\">Continuer sans accepter</button></div>"
        site.pages = {
            "/": wall(
                f"<div id=w class=wall><iframe id=sp_message_iframe_1 src='{site.other}/inside' width=700 height=300></iframe></div><script>onmessage=e=>{{w.remove();fetch('/did/'+e.data)}}</script>"
            ),
            "/inside": page(inside),
        }
        result, _sink = take(site.url + "/")
        asked = [p for p in site.asked if p.startswith("/did/")]
    step = next(s for s in result.steps if s["name"] == "consent")
    assert asked == ["/did/no"]
    assert (step["consent"]["banner"], step["consent"]["clicks"][0]["part"]) == ("Sourcepoint", "frame")
    assert step["consent"]["refused"] is True


def test_wall_without_refusal_stays_and_the_page_is_captured(take) -> None:
    inner = f"<style>body{{overflow:hidden}}</style><div id=w><div id=onetrust-banner-sdk class=wall>{TALK}{button('yes', 'id=onetrust-accept-btn-handler', 'Accept All')}</div></div>"
    result, sink, step, asked = consent(take, {"/": wall(inner)})
    assert asked == []
    assert step["result"] == "failed"
    assert "cannot scroll" in step["detail"]
    assert (step["consent"]["refused"], step["consent"]["scroll_locked"]) == (False, True)
    assert result.outcome == "complete"
    log = json.loads(sink.data["capture-log.json"])
    assert any(s["name"] == "consent" and s["result"] == "failed" for s in log["steps"])


def test_click_that_leads_away_is_told_of_and_gone_back(take) -> None:
    inner = f"<div id=w><div id=onetrust-banner-sdk class=wall>{TALK}<button id=onetrust-reject-all-handler onclick=\"location='/did/away'\">Reject All</button></div></div>"
    result, sink, step, asked = consent(take, {"/": wall(inner), "/did/away": page("<h1>elsewhere</h1>")})
    assert asked == ["/did/away"]
    assert step["result"] == "failed"
    assert step["consent"]["led_to"].endswith("/did/away")
    assert result.url_final.endswith("/")
    assert b"article" in sink.data["dom.html"]
    assert "article" in result.text


def test_page_that_loads_itself_anew_after_the_refusal_is_the_record(take) -> None:
    inner = f"<script>if(!document.cookie)document.write(`<div id=onetrust-banner-sdk class=wall>{TALK}<button id=onetrust-reject-all-handler onclick=\"document.cookie='no=1';location.reload()\">Reject All</button></div>`)</script>"
    result, _sink, step, _asked = consent(take, {"/": wall(inner)})
    assert step["consent"]["refused"] is True
    assert step["result"] == "done"
    assert "Reject All" not in result.text
    assert result.outcome == "complete"


def asks(words: str, refuse: str) -> str:
    return (
        f"<div id=w class=wall role=dialog><p>{words}</p>{button('yes', '', 'Accept')}{button('no', '', refuse)}</div>"
    )


INNOCENT = {
    "cookie in a name": asks("cookie_girl sent you a photo. Do you want to let her answer you from now on?", "Decline"),
    "call": asks("Incoming call from Tom. This site uses cookies to connect calls. Do you want to take it?", "Decline"),
    "terms": asks(
        "Here are our new terms: we use cookies to measure our audience. Who does not agree has to leave.", "Decline"
    ),
    "account": asks(
        "Nous utilisons des cookies pour mesurer notre audience. Sans accord, votre compte sera fermé.", "Refuser"
    ),
    "appeal": asks(
        "A moderator removed your post. We use cookies to measure our audience. Do you stand by it?", "Reject"
    ),
    "follower": asks("cookiemonster87 would like to see everything that you post from now on", "Refuse"),
    "moderator": asks("Cookie Lovers: you are now the moderator of this group. Do you take the office?", "Decline"),
    "contact": asks("Demande de traceurs_75 : cette personne aimerait faire partie de vos relations", "Refuser"),
    "join": asks("CookiesParis aimerait rejoindre votre cercle et voir toutes vos photos privées", "Refuser"),
    "friend request": f"<div id=w><p>Jean would like to be your friend</p>{button('no', '', 'Refuse')}{button('yes', '', 'Accept')}</div>",
    "request in a dialog": f"<div id=w class=wall role=dialog><p>Friend request: Jean would like to be your friend. He likes cookies and cakes.</p>{button('no', '', 'Decline')}</div>",
    "request in a fixed app": f"<div id=w style='position:fixed;inset:0;overflow:auto'><div><p>Jean Dupont wants to see your pictures and your posts</p>{button('no', '', 'Refuse')}</div><footer>We use cookies on this site. <a href='/c'>Cookie settings</a></footer></div>",
    "link elsewhere": f"<div id=w class=wall>{TALK}<a href='/did/away'>Reject all</a></div>",
    "form with a password": f"<form id=w class=wall>{TALK}<input type=password>{button('no', 'type=button', 'Refuse')}</form>",
    "accept only": f"<div id=w class=wall>{TALK}{button('yes', '', 'Accept all')}</div>",
    "covered": f"<div id=w class=wall>{TALK}{button('no', '', 'Refuse')}</div><div style='position:fixed;inset:0;z-index:99'>{button('trap', 'style=position:absolute;inset:0;width:100%', 'Delete my account')}</div>",
    "under another when pointed at": f"<div id=w class=wall>{TALK}<button onmouseover=\"this.remove()\" onclick=\"fetch('/did/trap')\" style='position:absolute;inset:0'>Delete</button>{button('no', '', 'Refuse')}</div>",
}


@pytest.mark.parametrize("name", INNOCENT)
def test_what_is_no_consent_wall_is_not_pressed(take, name: str) -> None:
    result, _sink, step, asked = consent(take, {"/": wall(INNOCENT[name])})
    assert asked == []
    assert step["consent"]["clicks"] == []
    assert result.outcome == "complete"


@pytest.mark.parametrize("late", [False, True])
def test_wall_that_offers_no_refusal_is_told_of_and_left(take, late: bool) -> None:
    """Where the way to refuse comes a moment later, the wall is refused all the same."""
    refusal = "setTimeout(() => w.insertAdjacentHTML('beforeend', `" + button("no", "", "Refuser") + "`), 300)"
    inner = f"<div id=w class=wall>{PARLE}{button('yes', '', 'Tout accepter')}<a href=/cookies>En savoir plus</a></div>"
    hint = "<script src=/cookielaw.org/otSDKStub.js></script>"
    result, _sink, step, asked = consent(
        take, {"/": wall(inner + (f"{hint}<script>{refusal}</script>" if late else ""))}
    )
    assert asked == (["/did/no"] if late else [])
    assert step["consent"]["banner"] == "words"
    assert step["consent"]["refused"] is late
    assert ("no way to refuse was found in it" in step["detail"]) is not late
    assert result.outcome == "complete"


def test_page_with_a_strict_policy_is_refused_in_too(take) -> None:
    inner = f"<div id=w class=wall role=dialog>{TALK}<button id=no>Refuse all</button></div><script src=/s.js></script>"
    script = Reply(
        b"no.onclick=()=>{w.remove();fetch('/did/no')}", headers={"Content-Type": "text/javascript; charset=utf-8"}
    )
    pages = {
        "/": wall(
            inner,
            Content_Security_Policy="default-src 'self'; style-src 'unsafe-inline'; require-trusted-types-for 'script'",
        ),
        "/s.js": script,
    }
    _result, _sink, step, asked = consent(take, pages)
    assert asked == ["/did/no"]
    assert step["consent"]["refused"] is True


def test_page_without_a_wall_is_left_alone(take) -> None:
    _result, sink, step, _asked = consent(take, {"/": wall("".join(f"<span>words {i}</span> " for i in range(5000)))})
    assert step["consent"] == {"banner": "none", "clicks": []}
    assert "after-consent.png" not in sink.data


@pytest.mark.parametrize("nested", [False, True])
def test_wall_in_a_closed_root_is_refused_by_the_same_rules(take, nested: bool) -> None:
    inner = f"{STYLE}<div class=wall>{TALK}<button>Accept all</button><button>Reject all</button></div>"
    host = (
        "const o = document.createElement('x-o'); h.attachShadow({mode: 'closed'}).append(o);"
        if nested
        else "const o = h;"
    )
    script = f"""<div id=h></div><script>{host} const r = o.attachShadow({{mode: 'closed'}}); r.innerHTML = `{inner}`;
      const [yes, no] = r.querySelectorAll('button'); yes.onclick = () => fetch('/did/yes');
      no.onclick = () => {{ h.remove(); fetch('/did/no') }}</script>"""
    result, sink, step, asked = consent(take, {"/": wall(script)})
    assert (result.outcome, asked) == ("complete", ["/did/no"])
    assert (step["result"], step["consent"]["banner"], step["consent"]["refused"]) == ("done", "words", True)
    assert "after-consent.png" in sink.data


def test_closed_root_that_asks_nothing_is_left_alone(take) -> None:
    inner = f"{STYLE}<div class=wall><p>A new letter each week, with what we have read and liked.</p><button>No thanks</button></div>"
    script = f"<x-o id=h></x-o><script>const r = h.attachShadow({{mode: 'closed'}}); r.innerHTML = `{inner}`;r.querySelector('button').onclick = () => fetch('/did/no')</script>"
    result, _sink, step, asked = consent(take, {"/": wall(script)})
    assert (result.outcome, asked, step["consent"]["banner"]) == ("complete", [], "none")
