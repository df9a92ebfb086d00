"""The tables of ``index.db``, as numbered steps forward; ``PRAGMA user_version`` says which were taken.

A step that was ever released is never changed; new needs get a new step. Triggers guard what must not change:
whoever has the key can still rewrite the file with other tools, which is why heads and manifests are stamped.
"""

from __future__ import annotations

_FROZEN_EXHIBIT = """CREATE TRIGGER exhibit_frozen BEFORE UPDATE OF
    row, id, case_id, number, kind, subject, outcome, missing, url_requested, url_final, title, started_at,
    finished_at, seconds, manifest_sha256, annex_sha256, manifest, annex ON exhibit
    BEGIN SELECT RAISE(ABORT, 'frozen: exhibit'); END"""

FIRST = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE case_file (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at TEXT NOT NULL,
        for_someone_else INTEGER NOT NULL DEFAULT 0, mandate TEXT, closed_at TEXT)""",
    """CREATE TABLE exhibit (
        row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, case_id TEXT NOT NULL REFERENCES case_file (id),
        number INTEGER NOT NULL CHECK (number > 0), kind TEXT NOT NULL, subject TEXT NOT NULL, outcome TEXT NOT NULL,
        missing TEXT NOT NULL, url_requested TEXT NOT NULL, url_final TEXT NOT NULL, title TEXT NOT NULL,
        started_at TEXT NOT NULL, finished_at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'normal',
        state_reason TEXT NOT NULL DEFAULT '', seconds TEXT NOT NULL, manifest_sha256 TEXT NOT NULL,
        annex_sha256 TEXT, manifest BLOB NOT NULL, annex BLOB, UNIQUE (case_id, number))""",
    "CREATE INDEX exhibit_by_case ON exhibit (case_id)",
    _FROZEN_EXHIBIT,
    """CREATE TRIGGER exhibit_stays BEFORE DELETE ON exhibit
        BEGIN SELECT RAISE(ABORT, 'frozen: exhibit'); END""",
    """CREATE TRIGGER exhibit_withdrawn BEFORE UPDATE OF state ON exhibit
        WHEN OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn'
        BEGIN SELECT RAISE(ABORT, 'frozen: withdrawn'); END""",
    """CREATE TABLE artifact (
        exhibit_id TEXT NOT NULL REFERENCES exhibit (id), position INTEGER NOT NULL, role TEXT NOT NULL,
        name TEXT NOT NULL, media_type TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
        confidential INTEGER NOT NULL, PRIMARY KEY (exhibit_id, position)) WITHOUT ROWID""",
    "CREATE INDEX artifact_by_content ON artifact (sha256)",
    """CREATE TRIGGER artifact_frozen BEFORE UPDATE ON artifact
        BEGIN SELECT RAISE(ABORT, 'frozen: artifact'); END""",
    """CREATE TRIGGER artifact_stays BEFORE DELETE ON artifact
        WHEN (SELECT state FROM exhibit WHERE id = OLD.exhibit_id) = 'normal'
        BEGIN SELECT RAISE(ABORT, 'frozen: artifact'); END""",
    """CREATE TABLE token (
        id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, target_id TEXT NOT NULL,
        data_sha256 TEXT NOT NULL, authority TEXT NOT NULL, status TEXT NOT NULL, requested_at TEXT NOT NULL,
        gen_time TEXT, qualified INTEGER NOT NULL DEFAULT 0, reply_sha256 TEXT, attempts INTEGER NOT NULL DEFAULT 0,
        last_error TEXT NOT NULL DEFAULT '', details TEXT NOT NULL DEFAULT '{}', reply BLOB)""",
    "CREATE INDEX token_by_target ON token (target, target_id)",
    "CREATE INDEX token_open ON token (id) WHERE status <> 'granted'",
    """CREATE TRIGGER token_frozen BEFORE UPDATE ON token WHEN OLD.status = 'granted'
        BEGIN SELECT RAISE(ABORT, 'frozen: token'); END""",
    """CREATE TRIGGER token_stays BEFORE DELETE ON token WHEN OLD.status = 'granted'
        BEGIN SELECT RAISE(ABORT, 'frozen: token'); END""",
    "CREATE TABLE kept_data (sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL)",
    """CREATE TABLE custody_entry (
        chain TEXT NOT NULL, seq INTEGER NOT NULL, entry BLOB NOT NULL, digest TEXT NOT NULL, head TEXT NOT NULL,
        PRIMARY KEY (chain, seq))""",
    """CREATE TRIGGER custody_in_order BEFORE INSERT ON custody_entry
        WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), -1) + 1 FROM custody_entry WHERE chain = NEW.chain)
        BEGIN SELECT RAISE(ABORT, 'frozen: custody'); END""",
    """CREATE TRIGGER custody_frozen BEFORE UPDATE ON custody_entry
        BEGIN SELECT RAISE(ABORT, 'frozen: custody'); END""",
    """CREATE TRIGGER custody_stays BEFORE DELETE ON custody_entry
        BEGIN SELECT RAISE(ABORT, 'frozen: custody'); END""",
    """CREATE TABLE attempt (
        id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES case_file (id), request TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT '{}', started_at TEXT NOT NULL)""",
    """CREATE TABLE attempt_artifact (
        attempt_id TEXT NOT NULL REFERENCES attempt (id) ON DELETE CASCADE, position INTEGER NOT NULL,
        role TEXT NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL, size INTEGER NOT NULL,
        sha256 TEXT NOT NULL, confidential INTEGER NOT NULL, PRIMARY KEY (attempt_id, position)) WITHOUT ROWID""",
    "CREATE INDEX attempt_artifact_by_content ON attempt_artifact (sha256)",
    """CREATE TABLE export (
        id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES case_file (id), created_at TEXT NOT NULL,
        name TEXT NOT NULL, variant TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
        exhibits TEXT NOT NULL, withheld INTEGER NOT NULL, details TEXT NOT NULL)""",
    "CREATE INDEX export_by_case ON export (case_id, created_at)",
    """CREATE TABLE person (
        id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES case_file (id), facts TEXT NOT NULL,
        created_at TEXT NOT NULL)""",
    """CREATE TABLE incident (
        id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES case_file (id), facts TEXT NOT NULL,
        created_at TEXT NOT NULL)""",
    """CREATE TABLE notice (
        id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES case_file (id), exhibit_id TEXT REFERENCES exhibit (id),
        facts TEXT NOT NULL, created_at TEXT NOT NULL)""",
    """CREATE TABLE reply (
        id TEXT PRIMARY KEY, notice_id TEXT NOT NULL REFERENCES notice (id), exhibit_id TEXT REFERENCES exhibit (id),
        facts TEXT NOT NULL, created_at TEXT NOT NULL)""",
    """CREATE TABLE derived_copy (
        id TEXT PRIMARY KEY, exhibit_id TEXT NOT NULL REFERENCES exhibit (id), parent_sha256 TEXT NOT NULL,
        sha256 TEXT NOT NULL, size INTEGER NOT NULL, facts TEXT NOT NULL, created_at TEXT NOT NULL)""",
    "CREATE INDEX derived_copy_by_content ON derived_copy (sha256)",
    "CREATE TABLE doomed (sha256 TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE VIRTUAL TABLE exhibit_search USING fts5 (url, title, text, tokenize = 'trigram')",
    "INSERT INTO exhibit_search (exhibit_search, rank) VALUES ('secure-delete', 1)",
)
"""``row`` orders exhibits by admission; ``doomed`` names withdrawn contents whose files must go (LOG-07)."""

LISTS = (
    """CREATE TABLE capture_list (
        id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES case_file (id), subject TEXT NOT NULL,
        options TEXT NOT NULL, created_at TEXT NOT NULL)""",
    """CREATE TABLE capture_item (
        list_id TEXT NOT NULL REFERENCES capture_list (id), position INTEGER NOT NULL, url TEXT NOT NULL,
        state TEXT NOT NULL, exhibit_id TEXT, tries INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (list_id, position)) WITHOUT ROWID""",
)
"""Lists of addresses; an item becomes done in the transaction that admits its exhibit."""

ADDRESSES = ("CREATE INDEX exhibit_by_address ON exhibit (case_id, url_requested)",)
"""A new capture looks for the earlier one of its address."""

THREADS = (
    "ALTER TABLE capture_item ADD COLUMN page_key TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE capture_item ADD COLUMN number INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE capture_item ADD COLUMN led_by TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE capture_list ADD COLUMN beyond INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE capture_list ADD COLUMN left_at TEXT",
    "CREATE UNIQUE INDEX capture_item_page ON capture_item (list_id, page_key) WHERE page_key <> ''",
)
"""Pages that a page led to: each once in a list. ``beyond``: more were named than the list may hold."""

SESSIONS = (
    """CREATE TABLE kept_session (
        id TEXT PRIMARY KEY, label TEXT NOT NULL UNIQUE, sites TEXT NOT NULL, state TEXT NOT NULL,
        kept_at TEXT NOT NULL, used_at TEXT NOT NULL DEFAULT '') WITHOUT ROWID""",
)
"""Sign-ins that she chose to keep: cookies and stored values, in these encrypted rows and nowhere else."""

PROOFS = (
    "CREATE TABLE proof (token_id INTEGER PRIMARY KEY REFERENCES token (id), bytes BLOB NOT NULL)",
    """CREATE TRIGGER proof_frozen BEFORE UPDATE ON proof
        BEGIN SELECT RAISE(ABORT, 'frozen: token'); END""",
    """CREATE TRIGGER proof_stays BEFORE DELETE ON proof
        BEGIN SELECT RAISE(ABORT, 'frozen: token'); END""",
)
"""Proofs of many tokens at once, appended in the place of ``token.reply``: rows that grow cost ten times as much."""

TRUSTED = (
    """CREATE TABLE trusted_list (
        kind TEXT NOT NULL, territory TEXT NOT NULL, record TEXT NOT NULL, imported_at TEXT NOT NULL,
        xml BLOB NOT NULL, PRIMARY KEY (kind, territory))""",
    "CREATE TABLE qualification (id INTEGER PRIMARY KEY, said TEXT NOT NULL UNIQUE)",
    "ALTER TABLE token ADD COLUMN qualification INTEGER REFERENCES qualification (id)",
    "DROP TRIGGER token_frozen",
    """CREATE TRIGGER token_frozen BEFORE UPDATE OF
        id, target, target_id, data_sha256, authority, status, requested_at, gen_time, reply_sha256, attempts,
        last_error, details, reply ON token WHEN OLD.status = 'granted'
        BEGIN SELECT RAISE(ABORT, 'frozen: token'); END""",
)
"""Trusted lists that were imported. Of a granted token only what they say of it may change: a list may come later.

``qualification`` holds each thing that they say once, since they say the same of thousands of tokens.
"""

STATUSES = (
    """CREATE TABLE status_statement (
        sha256 TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('crl', 'ocsp')), issuer TEXT NOT NULL,
        subject TEXT NOT NULL, this_update TEXT NOT NULL, next_update TEXT, fetched_at TEXT NOT NULL,
        der BLOB NOT NULL, PRIMARY KEY (sha256, issuer, subject))""",
    "CREATE INDEX status_statement_about ON status_statement (issuer, subject)",
    """CREATE TRIGGER status_statement_frozen BEFORE UPDATE ON status_statement
        BEGIN SELECT RAISE(ABORT, 'frozen: status'); END""",
    """CREATE TRIGGER status_statement_stays BEFORE DELETE ON status_statement
        BEGIN SELECT RAISE(ABORT, 'frozen: status'); END""",
    """CREATE TABLE status_watch (
        certificate TEXT PRIMARY KEY, der BLOB NOT NULL, issuer_der BLOB NOT NULL, asked_at TEXT NOT NULL DEFAULT '',
        outcome TEXT NOT NULL DEFAULT '')""",
)
"""What authorities said of their certificates: revocation lists and OCSP answers, kept as they came.

``issuer`` is the digest of the issuer's name and key, ``subject`` that of the certificate, empty where a list speaks
of all of its issuer's. ``status_watch`` holds the certificates on which kept timestamps rest, to ask about them again.
"""

RENEWALS = (
    """CREATE TABLE renewal (
        id INTEGER PRIMARY KEY AUTOINCREMENT, token_id INTEGER NOT NULL REFERENCES token (id),
        authority TEXT NOT NULL, gen_time TEXT NOT NULL, renew_before TEXT NOT NULL, algorithm TEXT NOT NULL,
        sha256 TEXT NOT NULL, record BLOB NOT NULL)""",
    "CREATE INDEX renewal_of ON renewal (token_id, id)",
    """CREATE TRIGGER renewal_frozen BEFORE UPDATE ON renewal
        BEGIN SELECT RAISE(ABORT, 'frozen: token'); END""",
    """CREATE TRIGGER renewal_stays BEFORE DELETE ON renewal
        BEGIN SELECT RAISE(ABORT, 'frozen: token'); END""",
)
"""Evidence records that grew out of a token: the newest of each token holds all that was before it (RFC 4998, 5.2)."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    FIRST,
    LISTS,
    ADDRESSES,
    THREADS,
    SESSIONS,
    PROOFS,
    TRUSTED,
    STATUSES,
    RENEWALS,
)
"""Step n (from 1) brings the database from user_version n-1 to n."""
