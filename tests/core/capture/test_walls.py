"""Walls are named by what the page is; a page that merely has a sign-in or speaks of walls is none."""

from __future__ import annotations

import functools
import json
import re

import pytest

from evidence_kit import language, walls
from evidence_kit.capture.walls import KINDS, Seen, WallRuleWrong, find_wall, load, shipped

ADDRESS = "https://site.example/a/page"
LONG = "A whole article about what people say of each other, and what they mean. " * 60
PASSWORD = '<form action="/s"><input name=user><input type="password" name=p><button>Sign in</button></form>'


def words(html: str) -> str:
    return " ".join(re.sub(r"<(script|style|title)[^>]*>.*?</\1>|<[^>]+>", " ", html).split())


def seen(
    html: str = "", url: str = ADDRESS, *, asked: str = "", status: int = 200, text: str | None = None, **headers: str
) -> Seen:
    title = re.search(r"<title>(.*?)</title>", html)
    return Seen(
        requested=asked or url,
        final=url,
        status=status,
        headers=[(k.replace("_", "-"), v) for k, v in headers.items()],
        title=title[1] if title else "",
        text=words(html) if text is None else text,
        markup=html.encode(),
    )


XENFORO = '<html id="XF" data-template="{}" class="has-no-js"><title>{}</title><body>{}</body></html>'
PHPBB = '<html><title>{}</title><body id="phpbb" class="nojs section-viewtopic">{}</body></html>'
WALLS = {
    "cloudflare-challenge": seen("<title>Just a moment...</title>", status=403, CF_Mitigated="challenge"),
    "cloudflare-challenge-page": seen(
        '<title>Un instant…</title><script src="/cdn-cgi/challenge-platform/h/b/orchestrate"></script>', status=403
    ),
    "cloudflare-block": seen(
        '<title>Attention Required! | Cloudflare</title><div id="cf-error-details">Sorry, you have been blocked</div>',
        status=403,
    ),
    "ddos-guard": seen("<title>DDoS-Guard</title><h1>Checking your browser</h1>", status=403, Server="ddos-guard"),
    "datadome": seen('<iframe src="https://geo.captcha-delivery.com/captcha/?c=1"></iframe>', status=403),
    "perimeterx": seen('<title>Access denied</title><div id="px-captcha"></div>', status=403),
    "aws-waf": seen("", status=405, x_amzn_waf_action="captcha"),
    "imperva": seen('<iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31"></iframe>'),
    "anubis": seen('<title>Making sure</title><script id="anubis_challenge" type="application/json">{}</script>'),
    "akamai": seen("<title>Access Denied</title><h1>Access Denied</h1>Reference #18.2d3 https://e", status=403),
    "google-traffic": seen("unusual traffic", "https://www.google.com/sorry/index?continue=x", status=429),
    "captcha-page": seen('<title>Security check</title><div class="g-recaptcha"></div>Please confirm.'),
    "tiktok-captcha": seen('<div id="captcha-verify-container">Drag</div>', "https://www.tiktok.com/@a/video/1"),
    "facebook-sign-in": seen(
        PASSWORD, "https://www.facebook.com/login/?next=x", asked="https://www.facebook.com/groups/1/posts/2"
    ),
    "facebook-sign-in-here": seen(
        '<p>You must log in to continue.</p><input type="password" name="pass">', "https://www.facebook.com/groups/1"
    ),
    "facebook-removed": seen(
        "<p>Ce contenu n’est pas disponible pour le moment</p>", "https://www.facebook.com/a/posts/1"
    ),
    "instagram-sign-in": seen(
        PASSWORD, "https://www.instagram.com/accounts/login/?next=/p/x/", asked="https://www.instagram.com/p/x/"
    ),
    "instagram-removed": seen("<h2>Sorry, this page isn't available.</h2>", "https://www.instagram.com/p/x/"),
    "instagram-private": seen("<h2>This account is private</h2>", "https://www.instagram.com/a/"),
    "x-sign-in": seen(
        "<p>Sign in to X</p>", "https://x.com/i/flow/login?redirect_after_login=a", asked="https://x.com/a"
    ),
    "x-removed": seen("<p>Hmm...this page doesn’t exist. Try searching</p>", "https://x.com/a/status/1"),
    "x-private": seen("<p>These posts are protected</p>", "https://x.com/a"),
    "x-age": seen("<p>Age-restricted adult content. This content might not be</p>", "https://x.com/a/status/1"),
    "tiktok-sign-in": seen("", "https://www.tiktok.com/login?redirect_url=x", asked="https://www.tiktok.com/@a"),
    "tiktok-removed": seen("<p>Video currently unavailable</p>", "https://www.tiktok.com/@a/video/1"),
    "telegram-post": seen('<div class="tgme_widget_message_error">Post not found</div>', "https://t.me/chan/5?embed=1"),
    "telegram-restricted": seen(
        "<p>This channel can’t be displayed because it violated the Terms</p>", "https://t.me/chan"
    ),
    "telegram-nobody": seen(
        '<div class="tgme_page_icon"><i class="tgme_icon_user"></i></div><p>you can contact @a right away</p>',
        "https://t.me/nobodyhere",
    ),
    "youtube-age": seen(f"<p>Sign in to confirm your age</p>{LONG}", "https://www.youtube.com/watch?v=1"),
    "reddit-age": seen("", "https://www.reddit.com/over18?dest=x", asked="https://www.reddit.com/r/a"),
    "xenforo-sign-in": seen(
        XENFORO.format("login", "Log in | Forum", PASSWORD), "https://f.example/threads/1/", status=403
    ),
    "xenforo-removed": seen(
        XENFORO.format("error", "Oops! | Forum", "<p>The requested thread could not be found.</p>"), status=404
    ),
    "xenforo-private": seen(XENFORO.format("error", "Oops!", "<p>You do not have permission to view</p>"), status=403),
    "phpbb-sign-in": seen(
        PHPBB.format("Login", f'<p>The board requires you to be registered</p><form id="login">{PASSWORD}</form>')
    ),
    "phpbb-removed": seen(
        PHPBB.format("Information", '<div id="message">The requested topic does not exist.</div>'), status=404
    ),
    "phpbb-private": seen(
        PHPBB.format("Information", '<div id="message">You are not authorised to read this forum.</div>')
    ),
    "age-overlay": seen(f'<div id="age-gate">You must be 18 or older</div><p>{LONG}</p>'),
    "age-page": seen("<h1>Réservé aux adultes</h1><p>J’ai plus de 18 ans</p><a>Entrer</a> <a>Quitter</a>"),
    "age-address": seen("", "https://site.example/age-verification?to=a", asked=ADDRESS),
    "sign-in-asked": seen("Unauthorized", status=401),
    "sign-in-redirect": seen(PASSWORD + LONG, "https://site.example/users/sign_in", asked=ADDRESS),
    "sign-in-here": seen(f"<title>Se connecter | Mon forum</title>{PASSWORD}"),
    "region": seen("<p>This video is not available in your country.</p>"),
    "not-found-title": seen("<title>Page introuvable – Mon site</title><p>Oups</p>"),
    "removed-words": seen("<p>This post has been deleted by its author.</p>"),
    "status-403": seen("No.", status=403),
    "status-404": seen("nothing here", status=404),
    "status-429": seen("slow down", status=429),
    "status-451": seen("withheld", status=451),
}


@pytest.mark.parametrize("rule", WALLS)
def test_wall_is_named_by_its_rule(rule):
    found = find_wall(WALLS[rule], shipped())
    assert found["rule"] == rule
    assert found["kind"] in KINDS
    assert found["evidence"]
    assert len(json.dumps(found)) < 2000


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("sign-in", "Vous devez vous connecter ou vous inscrire pour voir ce contenu."),
        ("sign-in", "Veuillez vous connecter pour accéder à cette page."),
        ("sign-in", "Connectez-vous pour voir ce profil"),
        ("sign-in", "Vous devez être membre pour voir cette page"),
        ("sign-in", "Please log in to view this page."),
        ("sign-in", "Log in to continue"),
        ("age-gate", "Ce site est réservé aux adultes. Êtes-vous majeur(e) ? Oui / Non"),
        ("age-gate", "Vous devez avoir 18 ans pour accéder à ce site.\nENTRER\nSORTIR"),
        (
            "age-gate",
            "This website contains adult material. By entering you say that you are 18 years or older. Enter | Exit",
        ),
        ("age-gate", "You must be 18+ to enter.\nI agree\nDisagree"),
        ("removed", "La page que vous cherchez n'existe plus."),
        ("removed", "Mon site\nCette annonce a été supprimée par son auteur."),
        ("removed", "Oops!\nSorry, the page you are looking for could not be found."),
        ("removed", "The image you are requesting does not exist or is no longer available."),
        ("removed", "This album has been removed due to a notice"),
    ],
)
def test_what_sites_say_in_the_place_of_a_page_is_known(kind, said):
    assert find_wall(seen(PASSWORD if kind == "sign-in" else "", text=said), shipped())["kind"] == kind


def test_login_in_the_query_is_a_wall_too():
    phpbb = seen(
        PASSWORD, "https://f.example/ucp.php?mode=login&redirect=x", asked="https://f.example/viewtopic.php?t=1"
    )
    assert find_wall(phpbb, shipped())["kind"] == "sign-in"


HEADER = f'<header><a href="/login">Sign in</a> <a href="/register">Register</a>{PASSWORD}</header>'
ORDINARY = {
    "a sign-in link": seen(f'<title>News</title><a href="/login">Sign in</a><p>{LONG}</p>'),
    "a form in the header of a short page": seen(f"<title>A thread | Forum</title>{HEADER}<p>Short words.</p>"),
    "reply needs a sign-in": seen(
        f"<title>A thread | Forum</title>{HEADER}<p>Words.</p><p>You must be logged in to view this to reply here.</p>"
    ),
    "an article about captchas": seen(f"<title>CAPTCHA – an encyclopedia</title><p>verify you are human {LONG}</p>"),
    "a contact form with a captcha": seen(
        '<title>Contact</title><form><textarea name="message"></textarea><div class="g-recaptcha"></div></form>'
    ),
    "a page behind Cloudflare": seen(
        f'<title>Shop</title><p>{LONG}</p><script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>',
        Server="cloudflare",
        CF_RAY="1",
    ),
    "an article about errors": seen(f"<title>404 pages: how to write a good one</title><p>Page not found {LONG}</p>"),
    "an article on age checks": seen(f"<title>18 or older?</title><p>I am 18, I enter, I leave. {LONG}</p>"),
    "an adults-only note in a footer": seen(f"<p>{LONG}</p><footer>You must be 18 or older to use this.</footer>"),
    "a sign-in page that was asked for": seen(
        f"<title>Sign in</title>{PASSWORD}", "https://site.example/login", asked="https://site.example/login"
    ),
    "a page that says that another was removed": seen(f"<p>{LONG} This post has been deleted. {LONG}</p>"),
    "a phpBB topic with quick login": seen(
        PHPBB.format("A topic", f'<form class="quick-login">{PASSWORD}</form><div class="postbody">words</div>')
    ),
    "a XenForo thread": seen(XENFORO.format("thread_view", "A thread | Forum", f"{HEADER}<p>words</p>")),
    "a Telegram channel": seen(
        '<div class="tgme_page_title">Chan</div><div class="tgme_widget_message_text">Post</div>', "https://t.me/s/chan"
    ),
    "an X post": seen("<p>Words of somebody</p><p>Log in</p><p>Sign up</p>", "https://x.com/a/status/1"),
    "private in a long Instagram page": seen(f"<p>this account is private {LONG}</p>", "https://www.instagram.com/a/"),
    "words of a platform elsewhere": seen("<p>Hmm...this page doesn’t exist</p><p>so he said on that day</p>" + LONG),
    "a short post on a removal": seen(
        text="Bonjour,\nthis video was removed after my report, merci\nla page a été supprimée"
    ),
    "a quoted removal": seen(text="Someone wrote: this post has been deleted by the moderator."),
    "a profile with nothing to say": seen(text="Mina\nÀ propos : cette page n'existe pas encore\nPhotos 12"),
    "advice on removals": seen(
        text="Si ce compte a été supprimé, que faire ? Ce contenu n’est plus disponible : expliquons."
    ),
    "a title that begins with the number 404": seen("<title>404 façons de dire je t'aime</title><p>liste"),
    "an age in a post": seen(text="I'm 18 and my ex posted my photos. I want to leave him.\nyes, really"),
    "un âge dans un message": seen(
        text="J'ai 18 ans et mon ex a publié mes photos. Je veux le quitter.\noui, vraiment"
    ),
    "a region in a post": seen(text="They say that it is not available in your region says my VPN"),
    "an article with a picture of a captcha": seen('<title>Captcha – how it works</title><img src="/captcha.png">'),
    "an empty page": seen(""),
    "a path with login in a word": seen("<p>words</p>", "https://site.example/blogin/loginess", asked=ADDRESS),
    "a redirect home with where to return": seen(PASSWORD, "https://site.example/home?from=/login/", asked=ADDRESS),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_page_is_no_wall(name):
    assert find_wall(ORDINARY[name], shipped()) == {}


def test_words_of_the_page_are_not_in_the_evidence():
    found = find_wall(WALLS["removed-words"], shipped())
    assert "deleted" not in json.dumps(found)
    assert [set(e) for e in found["evidence"]] == [{"by", "at", "characters", "sha256"}]


def test_hostile_page_ends_in_time():
    html = '<input type="password">' + "<div id=age-gate>" * 200_000
    assert find_wall(seen(html, text="a " * 3_000_000), shipped()) is not None


@pytest.mark.parametrize(
    "wrong",
    [
        b"no json",
        b'{"checked": "x", "rules": [{"rule": "a", "kind": "new", "when": []}]}',
        b'{"checked": "x", "rules": [{"rule": "a", "kind": "captcha", "when": [{"smell": "x"}]}]}',
        b'{"checked": "x", "rules": [{"rule": "a", "kind": "captcha", "when": [{"title": "("}]}]}',
        b'{"checked": "x", "rules": [{"rule": "a", "kind": "captcha", "when": [{"select": "a > b"}]}]}',
    ],
)
def test_damaged_rule_is_refused(wrong):
    with pytest.raises(WallRuleWrong):
        load(wrong)


@pytest.mark.parametrize("spoken", ["en", "fr"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_sentence(kind, spoken):
    t = functools.partial(_translated, spoken)
    assert walls.sentence({"kind": kind}, t).endswith(".")
    assert walls.sentence({"kind": "another"}, t) == ""
    assert walls.sentence(None, t) == ""


def _translated(spoken: str, sentence: str, **values: object) -> str:
    return language.translate(sentence, spoken, **values)


def test_every_shipped_rule_has_a_name_of_its_own():
    names = [r.rule for r in shipped().rules]
    assert len(names) == len(set(names))
