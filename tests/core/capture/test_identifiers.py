"""Each platform's own page gives its numbers; other sites speak for themselves."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evidence_kit.canonical import to_canonical
from evidence_kit.capture import platforms
from evidence_kit.capture.identifiers import identify

PAGES = Path(__file__).parents[2] / "fixtures" / "platforms"


def read(url: str, name: str, **more: str):
    found = identify(url, (PAGES / f"{name}.html").read_bytes(), platforms.shipped(), **more)
    to_canonical(found)
    assert "cut" not in found
    return found


def of_url(url: str, **more: str):
    return identify(url, b"", platforms.shipped(), **more)


# -- Telegram


def test_telegram_preview_gives_the_named_message_and_the_channel():
    found = read("https://t.me/s/Canal_des_Lilas/204", "telegram-preview")
    assert (found["platform"], found["known_by"], found["item"]) == ("telegram", "host", "named")
    assert found["from_url"] == {"kind": "post", "post_id": "204", "handle": "Canal_des_Lilas"}
    assert found["from_page"] == {
        "post_id": "204",
        "channel_id": "1777000111",
        "handle": "canal_des_lilas",
        "display_name": "Canal des lilas",
        "author": "Basile",
        "forwarded_from": "Jardin gris",
    }
    assert found["published"] == {
        "shown": "07:02",
        "machine": "2026-11-19T07:02:31+00:00",
        "utc": "2026-11-19T07:02:31.000Z",
    }
    assert found["counters"] == {
        "views": "4.1K",
        "subscribers": "12.3K",
        "photos": "841",
        "videos": "57",
        "links": "2",
    }


def test_telegram_preview_without_a_named_message_gives_the_first():
    found = read("https://t.me/s/canal_des_lilas", "telegram-preview")
    assert found["item"] == "first"
    assert found["from_url"]["kind"] == "channel"
    assert found["from_page"]["post_id"] == "203"
    assert found["counters"]["views"] == "9.8K"


def test_message_that_is_gone_lends_no_value_from_its_neighbours():
    found = read("https://t.me/s/canal_des_lilas/205", "telegram-preview")
    assert found["item"] == "absent"
    assert found["from_url"]["post_id"] == "205"
    assert "post_id" not in found["from_page"]
    assert "published" not in found
    assert "views" not in found["counters"]
    assert found["from_page"]["channel_id"] == "1777000111"


def test_telegram_invitation_gives_its_code_and_members():
    found = read("https://t.me/+QwErTyUiOpAsDfGh", "telegram-card")
    assert found["from_url"] == {"kind": "invite", "invite": "QwErTyUiOpAsDfGh"}
    assert found["from_page"]["display_name"] == "Les voisins de la rue"
    assert found["counters"] == {"members": "1 234", "online": "56"}


# -- X


def test_x_post_among_others_is_found_by_its_number():
    found = read("https://x.com/orme_dupre/status/1990000000000000222", "x-post")
    assert found["item"] == "named"
    assert found["from_page"] == {
        "account_id": "880000000000000042",
        "post_id": "1990000000000000222",
        "handle": "orme_dupre",
        "display_name": "Orme Dupré",
    }
    assert found["published"]["shown"] == "7:41 AM · 20 nov. 2026"
    assert found["published"]["utc"] == "2026-11-20T06:41:12.000Z"
    assert found["counters"] == {"views": "45,310", "likes": "1 204", "replies": "1", "bookmarks": "15"}


def test_x_profile_gives_the_numeric_account_of_its_owner():
    found = read("https://mobile.twitter.com/orme_dupre", "x-profile")
    assert found["from_url"] == {"kind": "account", "handle": "orme_dupre"}
    assert found["from_page"]["account_id"] == "880000000000000042"
    assert found["from_page"]["display_name"] == "Orme Dupré"
    assert found["counters"] == {"followers": "321", "following": "87", "posts": "1504"}


# -- Facebook, Instagram, TikTok


def test_facebook_group_post_gives_account_group_and_date():
    found = read("https://www.facebook.com/groups/601000000000001/posts/702000000000002/", "facebook-post")
    assert found["from_page"] == {
        "account_id": "100050000000007",
        "post_id": "702000000000002",
        "group_id": "601000000000001",
        "display_name": "Rose Exemplée",
    }
    assert found["published"] == {"machine": "1795248000", "utc": "2026-11-21T08:00:00.000Z"}
    assert found["counters"] == {"reactions": "31", "comments": "8", "shares": "2"}


def test_facebook_profile_gives_the_numeric_account():
    found = read("https://m.facebook.com/rose.exemplee", "facebook-profile")
    assert found["from_url"] == {"kind": "account", "handle": "rose.exemplee"}
    assert found["from_page"]["account_id"] == "100050000000007"
    assert found["from_page"]["display_name"] == "Rose Exemplée"


def test_instagram_post_gives_media_and_account_numbers():
    found = read("https://www.instagram.com/p/DAbCdEfGhIj/", "instagram-post")
    assert found["from_page"] == {
        "account_id": "58000000004",
        "media_id": "3700000000000000001",
        "handle": "rose.exemplee",
        "display_name": "Rose Exemplée",
    }
    assert found["published"]["shown"] == "Il y a 2 jours"
    assert found["published"]["machine"] == "2026-11-20T16:05:44.000Z"
    assert found["counters"] == {"likes": "1,482", "comments": "37"}


def test_instagram_profile_gives_the_numeric_account():
    found = read("https://www.instagram.com/rose.exemplee/", "instagram-profile")
    assert found["from_page"]["account_id"] == "58000000004"
    assert found["counters"] == {"followers": "2,310", "following": "410", "posts": "96"}


def test_tiktok_video_gives_author_date_and_counters():
    found = read("https://www.tiktok.com/@rose.exemplee/video/7570000000000000003?lang=fr", "tiktok-video")
    assert found["from_page"] == {
        "account_id": "6900000000000000005",
        "post_id": "7570000000000000003",
        "handle": "rose.exemplee",
        "display_name": "Rose ✿",
    }
    assert found["published"]["utc"] == "2026-11-20T14:46:40.000Z"
    assert found["counters"] == {
        "views": "25314",
        "likes": "1200",
        "comments": "45",
        "shares": "3",
        "bookmarks": "18",
    }


def test_tiktok_profile_gives_the_numeric_account():
    found = read("https://www.tiktok.com/@rose.exemplee", "tiktok-profile")
    assert found["from_page"]["account_id"] == "6900000000000000005"
    assert found["counters"]["followers"] == "5400"


# -- forums


def test_xenforo_post_in_the_fragment_is_the_one_that_counts():
    found = read("https://clairiere.example/threads/un-fil.3051/page-2#post-88044", "xenforo-thread")
    assert (found["platform"], found["known_by"], found["item"]) == ("xenforo", "page", "named")
    assert found["from_url"] == {"kind": "post", "post_id": "88044", "thread_id": "3051"}
    assert found["from_page"]["account_id"] == "207"
    assert found["from_page"]["handle"] == "geai_bleu"
    assert found["from_page"]["forum_id"] == "17"
    assert found["published"] == {
        "shown": "Vendredi à 21:17",
        "machine": "2026-11-20T21:17:40+0100",
        "utc": "2026-11-20T20:17:40.000Z",
    }
    assert "counters" not in found, "what JSON-LD counts is of the first post"


@pytest.mark.parametrize(
    "url",
    [
        "http://abcdefghijklmnop.onion/index.php?threads/un-fil.3051/post-88044",
        "https://clairiere.example/forum/posts/88044/",
        "https://clairiere.example/threads/3051/post-88044",
    ],
)
def test_xenforo_forms_of_an_address_lead_to_the_same_post(url):
    assert read(url, "xenforo-thread")["from_page"]["account_id"] == "207"


def test_xenforo_thread_without_a_named_post_gives_the_first():
    found = read("https://clairiere.example/threads/un-fil.3051/", "xenforo-thread")
    assert found["item"] == "first"
    assert found["from_page"]["handle"] == "merle"


def test_xenforo_member_page_gives_account_and_not_that_of_a_guest_book():
    found = read("https://clairiere.example/members/geai_bleu.207/", "xenforo-member")
    assert found["from_page"]["account_id"] == "207"
    assert found["from_page"]["handle"] == "geai_bleu"
    assert found["counters"] == {"reactions": "9", "posts": "64"}


def test_phpbb_post_by_parameter_gives_its_author_and_never_the_quoted_one():
    found = read("http://pre.example/forum/viewtopic.php?p=7023", "phpbb-topic")
    assert (found["platform"], found["item"]) == ("phpbb", "named")
    assert found["from_page"] == {
        "account_id": "58",
        "post_id": "7023",
        "thread_id": "640",
        "forum_id": "9",
        "handle": "bruyère",
        "title": "Un sujet calme",
    }
    assert found["published"] == {"shown": "dim. 15 nov. 2026 22:04"}


def test_phpbb_anchor_goes_before_the_page_as_a_whole():
    found = read("http://pre.example/forum/viewtopic.php?f=9&t=640&start=10#p7010", "phpbb-topic")
    assert found["from_url"] == {"kind": "post", "post_id": "7010", "thread_id": "640", "forum_id": "9"}
    assert found["published"]["machine"] == "2026-11-14T08:30:00+00:00"
    assert found["counters"] == {"posts": "23"}


# -- any other site


def test_other_site_speaks_by_opengraph_and_json_ld():
    found = read("https://carnet.example/billet", "unknown-article")
    assert "platform" not in found
    assert found["rule"] == "general/1"
    assert found["from_page"] == {
        "account_id": "90071992547409931",
        "handle": "cex",
        "author": "Camille Exemple",
        "author_url": "https://carnet.example/camille",
        "title": "Un billet",
    }
    assert found["published"]["shown"] == "2 novembre 2026 à 10 h"
    assert found["counters"] == {"likes": "17", "comments": "4", "shares": "2"}
    assert found["opengraph"]["canonical"] == "https://carnet.example/billet"
    assert "og:image" not in found["opengraph"], "inline data is no address"
    assert "articleBody" not in json.dumps(found)


def test_other_site_speaks_by_microdata():
    found = read("https://videos.example/v/77", "unknown-video")
    assert found["from_page"]["account_id"] == "4410"
    assert found["from_page"]["author"] == "lisière"
    assert found["published"] == {"machine": "2026-09-30"}
    assert found["counters"] == {"views": "12 044", "likes": "98"}


def test_page_that_says_nothing_gives_nothing():
    assert identify("https://nothing.example/", b"<p>Bonjour", platforms.shipped()) == {}


# -- addresses


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://t.me/c/1234567890/55", {"kind": "post", "channel_id": "1234567890", "post_id": "55"}),
        ("https://t.me/+33612345678", {"kind": "account", "phone": "33612345678"}),
        ("https://t.me/joinchat/AbCdEfGhIjKlMn", {"kind": "invite", "invite": "AbCdEfGhIjKlMn"}),
        ("https://lilas_blanc.t.me/", {"kind": "account", "handle": "lilas_blanc"}),
        (
            "https://web.telegram.org/a/#-1001234567890_77",
            {"kind": "post", "chat_id": "-1001234567890", "post_id": "77"},
        ),
        ("https://x.com/i/web/status/1990000000000000222", {"kind": "post", "post_id": "1990000000000000222"}),
        ("https://x.com/i/user/44000000", {"kind": "account", "account_id": "44000000"}),
        (
            "https://www.facebook.com/permalink.php?story_fbid=pfbid0AbC&id=100012345678901",
            {"kind": "post", "post_id": "pfbid0AbC", "account_id": "100012345678901"},
        ),
        (
            "https://www.facebook.com/photo/?fbid=1234567890&set=a.555555555",
            {"kind": "media", "media_id": "1234567890", "album_id": "555555555"},
        ),
        (
            "https://www.facebook.com/groups/voisins.rue/posts/98765?comment_id=12",
            {"kind": "post", "group": "voisins.rue", "post_id": "98765", "comment_id": "12"},
        ),
        (
            "https://www.facebook.com/profile.php?id=100012345678901",
            {"kind": "account", "account_id": "100012345678901"},
        ),
        ("https://fb.watch/abcDEF_1/", {"kind": "share", "share_id": "abcDEF_1"}),
        (
            "https://www.instagram.com/stories/rose.exemplee/3141592653589793238/",
            {"kind": "story", "handle": "rose.exemplee", "story_id": "3141592653589793238"},
        ),
        ("https://vm.tiktok.com/ZMabcdef/", {"kind": "share", "share_id": "ZMabcdef"}),
    ],
)
def test_address_alone_gives_its_identifiers(url, expected):
    assert of_url(url)["from_url"] == expected


@pytest.mark.parametrize(
    "url",
    ["https://x.com/home", "https://www.facebook.com/login.php?next=x", "https://www.instagram.com/accounts/login/"],
)
def test_pages_of_the_platform_itself_are_no_account(url):
    assert "from_url" not in of_url(url)


def test_login_wall_keeps_what_the_address_asked_for_says():
    found = of_url(
        "https://www.instagram.com/accounts/login/?next=%2Fp%2FDAbCdEfGhIj%2F",
        requested="https://www.instagram.com/p/DAbCdEfGhIj/",
    )
    assert found["from_url_requested"] == {"kind": "post", "post_id": "DAbCdEfGhIj"}


def test_without_a_page_a_forum_is_known_by_an_address_that_names_a_thread():
    found = of_url("http://pre.example/viewtopic.php?f=2&t=9#p12")
    assert (found["platform"], found["known_by"]) == ("phpbb", "address")
    assert of_url("http://pre.example/#post-12") == {}


@pytest.mark.parametrize(
    "url", ["", "http://[", "https://t.me", "ftp://t.me/x", "http://t.me:99999999/s/abcd/1", "x" * 99999]
)
def test_odd_addresses_raise_nothing(url):
    identify(url, b"<html id=XF>", platforms.shipped(), requested=url)


# -- rules


def test_every_shipped_rule_has_a_page_that_it_reads():
    for rule in platforms.shipped():
        assert rule.checked == "2026-11-22"
        assert list(PAGES.glob(f"{rule.platform}-*.html")), rule.platform


@pytest.mark.parametrize(
    "wrong",
    [
        {"urls": [{"path": "/(?P<nothing>x)"}]},
        {"urls": [{"path": "/(a+)+"}]},
        {"urls": [{"kind": "castle"}]},
        {"page": [{"to": "counters.castles"}]},
        {"page": [{"to": "handle", "select": "a > b"}]},
        {"page": [{"to": "handle", "selct": "a"}]},
        {"rule": ""},
    ],
)
def test_rule_with_a_mistake_is_refused(tmp_path, wrong):
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps({"rule": "a/1", "platform": "a", "name": "A", "checked": "2026-11-22"} | wrong))
    with pytest.raises(platforms.RuleWrong, match=re.escape("wrong.json")):
        platforms.load(file)
