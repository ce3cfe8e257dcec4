"""Every setting of the portal, in sections; what differs between places comes from the environment (see env.py)."""

import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from kmportal import env
from kmportal.demo import accounts as demo

BASE_DIR = Path(__file__).resolve().parent.parent
# All local state: the embedded database, uploaded files, collected static files. One folder, ignored by git.
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / ".data"))).absolute()

# --- What kind of place this is ----------------------------------------------------------------------------------
# Off wherever a DATABASE_URL is named. `make run` and manage.py name the embedded one and leave DEBUG off, so that
# people see the pages that a real server shows; the tests set it.
DEBUG = env.boolean("DEBUG", default=not env.text("DATABASE_URL"))
# Off only for a trial on one machine: browsers refuse secure cookies on plain http.
HTTPS = env.boolean("HTTPS", default=not DEBUG)
# On where the content is a demonstration: the sign-in page then shows the demo accounts.
DEMO = env.boolean("DEMO", default=DEBUG)
DEMO_ACCOUNTS = demo.ACCOUNTS if DEMO else ()
DEMO_PASSWORD = demo.PASSWORD if DEMO else ""

# --- Database ----------------------------------------------------------------------------------------------------
WEB_THREADS = env.integer("WEB_THREADS", default=4, at_least=1, at_most=64)
DATABASES = {"default": env.database("DATABASE_URL", pool_size=WEB_THREADS + 1)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Names and keys ----------------------------------------------------------------------------------------------
SECRET_KEY = env.text("SECRET_KEY", "only-for-development-on-one-machine" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set. Give a long random text, and keep it secret.")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]") if DEBUG else ())
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set. Give the portal's host names, with commas between them.")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
PORTAL_NAME = env.text("PORTAL_NAME", "Knowledge portal")
PORTAL_ORGANISATION = env.text("PORTAL_ORGANISATION", "Health library")
LIBRARY_EMAIL = env.text("LIBRARY_EMAIL", "library@example.nhs.uk")
# How the links in mail begin.
PORTAL_URL = env.text(
    "PORTAL_URL",
    f"https://{ALLOWED_HOSTS[0]}" if HTTPS else f"http://127.0.0.1:{env.integer('PORT', default=8000)}",
).rstrip("/")

# --- Apps --------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "kmportal.design",
    "kmportal.mail",
    "kmportal.lifecycle",
    "kmportal.search",
    "kmportal.links",
    "kmportal.review_cycle",
    "kmportal.dashboards",
    "kmportal.demo",
    "repository",
    "lessons",
    "events",
    "kmportal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "procrastinate.contrib.django",
    "kmportal.apps.TagsConfig",
    "tree_queries",
    # Last, because its roles name the permissions of all others, which migrating makes in this order.
    "kmportal.people",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kmportal.requests.refuse_unreadable_input",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kmportal.requests.refuse_endless_bodies",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kmportal.design.not_allowed.explain_not_allowed",
]
ROOT_URLCONF = "kmportal.urls"
WSGI_APPLICATION = "kmportal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["kmportal.design.templatetags.portal"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kmportal.design.context.portal",
            ],
        },
    }
]
FORM_RENDERER = "kmportal.design.forms.PortalRenderer"

# --- Signing in --------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_FORMS = {"login": "kmportal.people.sign_in.LoginForm"}
ACCOUNT_ADAPTER = "kmportal.people.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "kmportal.people.sign_in.display_name"
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by the library or by single sign-on, never by strangers
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_PREVENT_ENUMERATION = True

# --- Security ----------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_PERMISSIONS = 0o640
# Only a proxy that always sets or strips these headers may be trusted with them: the scheme, and who asks (usage.py).
BEHIND_TLS_PROXY = env.boolean("BEHIND_TLS_PROXY", default=False)
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.boolean("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", default=365 * 24 * 60 * 60)
    # One portal does not bind its whole domain, or browsers' built-in lists, unasked.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.boolean("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
    SECURE_HSTS_PRELOAD = env.boolean("SECURE_HSTS_PRELOAD", default=False)
    # `check --deploy` warns where those two are off (W005, W021), which is right for most portals.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    if BEHIND_TLS_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Language and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# --- Files -------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", *([DATA_DIR / "vendor"] if (DATA_DIR / "vendor").is_dir() else [])]
# Uploaded files stand outside every folder that a web server serves: they are read through an access check only.
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MAX_UPLOAD_MB = env.integer("MAX_UPLOAD_MB", default=50, at_least=1, at_most=2_000)
MAX_IMPORT_MB = env.integer("MAX_IMPORT_MB", default=200, at_least=1, at_most=2_000)  # about 60,000 PubMed records
# A folder whose files are imported by themselves: whoever may write there may import. Empty: there is none.
IMPORT_INBOX = env.text("IMPORT_INBOX")
if IMPORT_INBOX and not Path(IMPORT_INBOX).is_absolute():
    raise ImproperlyConfigured("IMPORT_INBOX must be the whole path of a folder, such as /srv/portal/inbox.")
# Who is asked about a pasted DOI or PubMed ID: crossref, pubmed or both. Nobody, where the portal has no way out.
PREFILL_LOOKUPS = env.words("PREFILL_LOOKUPS")
if set(PREFILL_LOOKUPS) - {"crossref", "pubmed"}:
    raise ImproperlyConfigured("PREFILL_LOOKUPS must name crossref, pubmed or both, with a comma between them.")
# Where DOIs are registered, such as https://api.datacite.org, and our prefix and account there. Empty: we mint none.
DATACITE_API = env.text("DATACITE_API").rstrip("/")
DATACITE_PREFIX = env.text("DATACITE_PREFIX")
DATACITE_USER = env.text("DATACITE_USER")
DATACITE_PASSWORD = env.text("DATACITE_PASSWORD")
if DATACITE_API:
    if not DATACITE_API.startswith("https://"):
        raise ImproperlyConfigured("DATACITE_API must start with https://, because our password goes there.")
    if not re.fullmatch(r"10\.[0-9]{4,9}", DATACITE_PREFIX):
        raise ImproperlyConfigured("DATACITE_PREFIX must be the prefix of our DOIs, such as 10.5072.")
    if not (DATACITE_USER and DATACITE_PASSWORD):
        raise ImproperlyConfigured("DATACITE_USER and DATACITE_PASSWORD must be set where DATACITE_API is.")

# --- Being harvested ---------------------------------------------------------------------------------------------
# Others may take over what everybody can read here, by OAI-PMH at /oai; where networks are named, from those only.
OAI_ENABLED = env.boolean("OAI_ENABLED", default=True)
OAI_ALLOWED = env.networks("OAI_ALLOWED")
# In the identifiers under which harvesters know our records. It must not change once somebody has harvested them.
OAI_IDENTIFIER_DOMAIN = env.domain("OAI_IDENTIFIER_DOMAIN", address=PORTAL_URL)

# --- Crawlers ----------------------------------------------------------------------------------------------------
# Whether search engines may read what everybody may read. They keep off lists as they can be narrowed (robots.py).
ROBOTS_ALLOWED = env.boolean("ROBOTS_ALLOWED", default=True)

# --- Mail --------------------------------------------------------------------------------------------------------
# Where no server is named, a demonstration keeps its mail as files, for whoever tries it to read.
EMAIL_BACKEND = "django.core.mail.backends.{}.EmailBackend".format(
    "smtp" if env.text("EMAIL_HOST") else "filebased" if DEMO else "console"
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", default=25, at_least=1, at_most=65_535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 20  # seconds that a server which does not answer is waited for
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", LIBRARY_EMAIL)

# --- Background jobs ---------------------------------------------------------------------------------------------
PROCRASTINATE_WORKER_DEFAULTS = {
    "delete_jobs": "successful",
    "shutdown_graceful_timeout": 1.0,  # seconds for a job to end by itself; then it stops at its next query
}

# --- Tags --------------------------------------------------------------------------------------------------------
TAGGIT_CASE_INSENSITIVE = True
# Left to itself, taggit makes two tags of "quality improvement" where no comma stands beside it.
TAGGIT_TAGS_FROM_STRING = "kmportal.people.tags.split"
TAGGIT_STRING_FROM_TAGS = "kmportal.people.tags.join"

# --- Logs --------------------------------------------------------------------------------------------------------
LOG_LEVEL = env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), default="WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
