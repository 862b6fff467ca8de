"""What each value from the environment is for: (meaning, what unset means where the code's default does not say it).

docs/reference/settings.md is made from this; a test fails when a value is missing here or is no longer used.
"""

SETTINGS = {
    "ALLOWED_HOSTS": ("The host names people use. Production wants them named.", "this machine only"),
    "BASE_URL": ("The site's own address, for links in letters. Production wants `https://…`.", ""),
    "CACHE_URL": ("Where short-lived things are kept, such as `redis://host:6379/1`.", "memory of each process"),
    "CELERY_BROKER_URL": (
        "Who carries background jobs: `amqp://…` or `redis://…`. With one, run a worker and a beat.",
        "the web process does them itself",
    ),
    "CLAMD_ADDRESS": ("Where the ClamAV daemon listens: `unix:/path` or `host:port`.", ""),
    "CSRF_TRUSTED_ORIGINS": ("Origins of forms behind a proxy, such as `https://floor.example`.", "none"),
    "DATABASE_URL": ("The database: `postgres://user:password@host:5432/name`.", "SQLite, in `VAR_DIR`"),
    "DEBUG": ("Django's error pages, for developers. Refused in production.", "false"),
    "DEMONSTRATION": (
        "Pages say that everything on them is invented. Set by `make demo`. Refused in production.",
        "false",
    ),
    "EMAIL_URL": (
        "The mail server: `smtp+tls://user:password@host:587`. Production wants it named.",
        "mail is printed and not sent",
    ),
    "EVIDENCE_ACCESS_KEY": ("The key's name for the bucket.", "what the machine's own role gives"),
    "EVIDENCE_BUCKET": ("The private S3 bucket for photos, documents and reports.", "a folder, in `VAR_DIR`"),
    "EVIDENCE_ENDPOINT": ("The address of an S3 store of another maker.", "Amazon's own"),
    "EVIDENCE_REGION": ("The bucket's region.", ""),
    "EVIDENCE_SCANNER": (
        "Who looks at each file before it is kept; `core.scanning.clamd` asks a ClamAV daemon.",
        "the built-in rules alone",
    ),
    "EVIDENCE_SECRET_KEY": ("The key for the bucket. Production wants it with a bucket.", "none"),
    "LOG_FORMAT": ("`json` writes the log as one JSON object a line.", "plain lines"),
    "LOG_LEVEL": ("How much is written to the log: ERROR, WARNING, INFO or DEBUG.", ""),
    "MAIL_FROM": ("The sender of every message.", ""),
    "MESSAGE_DOOR": (
        "Who has no e-mail is written to through this function: `package.module.function(user, text, key)`.",
        "only e-mail is sent",
    ),
    "LEDGER_KEY": (
        "Signs each release (Ed25519): 32 random bytes in base64. The public half is at `/data/ledger.pem`.",
        "releases are not signed",
    ),
    "METRICS_TOKEN": ("Who sends it as `Authorization: Bearer …` reads counters at `/metrics`.", "no such address"),
    "PROXIES": (
        "How many proxies stand before the server. The last one writes the browser's address into `X-Forwarded-For`;"
        " attempts to sign in are counted by it.",
        "0; in production 1",
    ),
    "PUBLIC_API_PER_MINUTE": ("How often one place may ask the public API in a minute; files are not counted.", ""),
    "REMOVALS_LIST": (
        "The list of what was removed by law. A restore removes it again; keep it beside the backups.",
        "`removals.jsonl`, in `VAR_DIR`",
    ),
    "SECOND_FACTOR_REQUIRED": (
        "Whether people who read reports must set up a second step. Production refuses to do without.",
        "true; false with `DEBUG` or `DEMONSTRATION`",
    ),
    "SENTRY_DSN": ("Where errors are told, without words or values; needs the package `sentry-sdk`.", "nowhere"),
    "SECRET_KEY": (
        "Signs cookies and links. At least 40 random characters in production.",
        "made once and kept in `VAR_DIR` (development only)",
    ),
    "SECRET_KEY_FALLBACKS": (
        "Earlier values of `SECRET_KEY`: handover files sealed under them can still be taken in.",
        "none",
    ),
    "VAR_DIR": ("The folder of everything a running instance writes.", "`var/` beside `manage.py`"),
}
